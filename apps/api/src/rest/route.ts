import type { z } from 'zod'
import type { Reason } from '@prebook/core'
import type { createCaller, ProcedureName } from '@prebook/server'

type Caller = ReturnType<typeof createCaller>

/** The sections of the API's document, in its order. */
export const tags = [
  'Signing in',
  'Your account',
  'Books',
  'Stock',
  'Pre-bookings',
  'Users',
  'Tokens',
  'Audit log',
] as const

/** An input field that the path of a route may name. */
type PathField = 'bookId' | 'prebookId' | 'userId' | 'sessionId' | 'tokenId'

/** A route of the REST API and its procedure. Field names are the procedure's; `names.ts` converts them. */
export type RestRoute = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** The path. `{id}` is the input field named by `pathField`. */
  path: string
  pathField?: PathField
  tag: (typeof tags)[number]
  summary: string
  /** The procedure that `call` calls. Who may call the route, and the largest body, are the procedure's. */
  procedure: ProcedureName
  /** The fields of the request, except the one in its path: in the query of a GET, otherwise in the body. */
  input: z.ZodObject
  status: 200 | 201 | 202 | 204
  /** The schema of the response body; null for none. */
  output: z.ZodType | null
  call(caller: Caller, input: never): Promise<unknown>
  /** The route's error reasons, in addition to those implied by the procedure's access and the input. */
  refusals: Reason[]
}

/** Ties the type of `call`'s input to the schema. The procedure validates it; REST only renames fields. */
export function route<Input extends z.ZodObject>(
  entry: Omit<RestRoute, 'input' | 'call'> & {
    input: Input
    call(caller: Caller, input: z.input<Input> & Record<PathField, number>): Promise<unknown>
  },
): RestRoute {
  return entry
}

/** The path of a route as Hono writes it. */
export function honoPath({ path }: RestRoute): string {
  return path.replace('{id}', ':id')
}
