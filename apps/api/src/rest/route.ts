import type { ListItem, ListName } from '@prebook/book-files/lists'
import { z } from 'zod'
import type { ProcedureInput, ProcedureName, ProcedureOutput } from '@prebook/server'

/** The sections of the API's document, in its order. */
export const tags = {
  'Signing in': 'Accounts, access tokens and links that were e-mailed.',
  'Your account': 'The account of the caller.',
  Books: 'The catalogue. Everyone may read it.',
  Shop: 'The shop itself.',
  Stock: 'Copies in stock. A restock, from 0 to more, notifies all readers who wait for the book.',
  'Pre-bookings': 'Places on the waitlists of sold-out books.',
  Demand: 'How many readers wait for which book.',
  'E-mails': 'The outbox: e-mails about restocks and accounts.',
  Users: 'Accounts and their roles.',
  Tokens: 'Access for machines.',
  'Audit log': 'What staff and admins changed.',
} as const

/** An input field that the path of a route may name. */
type PathField = 'bookId' | 'prebookId' | 'userId' | 'sessionId' | 'deliveryId' | 'tokenId'

/** The fields of a request; several objects if there are several ways to write it. */
export type RestInput = z.ZodObject | z.ZodUnion<readonly z.ZodObject[]>

/**
 * A route of the REST API and its procedure. Field names are the procedure's; `names.ts` converts them.
 *
 * A procedure `books.create` is `POST /books`, `list` is `GET /books`, `get` is `GET /books/{id}` and `update` is
 * `PATCH /books/{id}`. Every other verb is a path of its own: `POST /books/import`.
 * See docs/decisions/0041-every-procedure-has-a-route.md.
 */
export type RestRoute = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** The path. `{id}` is the input field named by `pathField`. */
  path: string
  pathField?: PathField
  tag: keyof typeof tags
  /** The name of the route in generated clients, such as `createPrebook`. */
  operationId: string
  summary: string
  /** What the summary does not say. */
  description?: string
  /** The procedure that answers. Who may call the route, and the largest body, are the procedure's. */
  procedure: ProcedureName
  /** The fields of the request, except the one in its path: in the query of a GET, otherwise in the body. */
  input: RestInput
  status: 200 | 201 | 202 | 204
  /** The schema of the response body, or of the data of each event of a subscription; null for none. */
  output: z.ZodType | null
  /** Shapes the result of the procedure, if the response is not the same. `currency` is that of the prices. */
  present?(result: never, currency: string): unknown
  /** The list that the response is, as CSV. It has all pages of the procedure. */
  download?: { list: ListName; fileName: string }
  /** Whether the response is the same for everyone, so that caches may keep it and ask whether it is still current. */
  isPublic?: boolean
  /** For how many seconds caches may use a public response without asking. */
  freshSeconds?: number
  /**
   * Whether pages of every origin may call it. Who is signed in is ignored, so such a page never acts for them. Its address has no
   * web page.
   */
  isForAnyOrigin?: boolean
}

/** A request without fields, except for the id in its path. */
export const NoInput = z.strictObject({})

/** Ties the schemas to the procedure. It validates the input; REST only renames fields. */
export function route<Name extends ProcedureName, Input extends RestInput>(
  entry: Omit<RestRoute, 'procedure' | 'input' | 'present'> & {
    procedure: Name
    input: Input & Accepted<Name, Input>
    present?(result: ProcedureOutput<Name>, currency: string): unknown
  },
): RestRoute {
  return entry
}

/** A route that sends a list of a procedure as CSV. The compiler holds the list to the items of the procedure. */
export function download<Name extends ProcedureName, Input extends RestInput, List extends ListName>(
  entry: Pick<RestRoute, 'path' | 'pathField' | 'tag' | 'operationId' | 'summary' | 'description'> & {
    procedure: Name
    input: Input & Accepted<Name, Input>
    list: List & (ProcedureOutput<Name> extends { items: readonly ListItem<List>[] } ? unknown : never)
    /** How the name of the file begins. The date follows. */
    fileName: string
  },
): RestRoute {
  const { list, fileName, ...rest } = entry
  return { ...rest, method: 'GET', status: 200, output: z.string(), download: { list, fileName } }
}

/** The filters of a list: its input without what divides it into pages. */
export function withoutPages<Shape extends z.ZodRawShape>(
  input: z.ZodObject<Shape>,
): z.ZodObject<Omit<Shape, 'limit' | 'cursor'>, z.core.$strict> {
  const { limit: _limit, cursor: _cursor, ...filters } = input.shape
  return z.strictObject(filters)
}

/** Anything if the procedure accepts such an input, or takes none; otherwise never. */
type Accepted<Name extends ProcedureName, Input extends RestInput> = [ProcedureInput<Name>] extends [void]
  ? unknown
  : [
        undefined extends ProcedureInput<Name> ? z.input<Input> : z.input<Input> & Record<PathField, number>,
      ] extends [ProcedureInput<Name>]
    ? unknown
    : never

/** The fields of an input by their names, whichever way it is written. */
export function fieldsOf(input: RestInput): Readonly<Record<string, z.core.$ZodType>> {
  const objects = input instanceof z.ZodUnion ? input.options : [input]
  return Object.assign({}, ...objects.map(({ shape }) => shape)) as Record<string, z.core.$ZodType>
}

/** Whether a request must have a field, whichever way it is written. */
export function isRequired(input: RestInput, field: string): boolean {
  const objects = input instanceof z.ZodUnion ? input.options : [input]
  return objects.every(
    ({ shape }) => shape[field] !== undefined && !z.safeParse(shape[field], undefined).success,
  )
}

/** The path of a route as Hono writes it. */
export function honoPath({ path }: RestRoute): string {
  return path.replace('{id}', ':id')
}
