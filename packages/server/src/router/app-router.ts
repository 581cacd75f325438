import {
  callTRPCProcedure,
  type TrackedEnvelope,
  type TRPCBuiltRouter,
  type TRPCProcedureType as ProcedureType,
} from '@trpc/server'
import type { RequestContext } from '../context.ts'
import { accountRoutes } from './account-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { authRoutes } from './auth-routes.ts'
import { booksRoutes } from './books-routes.ts'
import { deliveriesRoutes } from './deliveries-routes.ts'
import { demandRoutes } from './demand-routes.ts'
import type { ErrorShape } from './errors.ts'
import { prebooksRoutes } from './prebooks-routes.ts'
import { createCallerFactory, router } from './procedures.ts'
import { stockRoutes } from './stock-routes.ts'
import { usersRoutes } from './users-routes.ts'

const routes = {
  auth: authRoutes,
  account: accountRoutes,
  books: booksRoutes,
  stock: stockRoutes,
  prebooks: prebooksRoutes,
  demand: demandRoutes,
  deliveries: deliveriesRoutes,
  users: usersRoutes,
  audit: auditRoutes,
}

/** The router with every procedure. */
export const appRouter = router(routes)

/** Calls procedures without HTTP, for the REST handler. */
export const createCaller = createCallerFactory(appRouter)

/** The type of the procedure at a path such as `prebooks.watch`; undefined when there is none. */
export function procedureType(path: string): ProcedureType | undefined {
  // oxlint-disable-next-line no-underscore-dangle -- tRPC offers no other list of a router's procedures
  const procedures: Record<string, { _def: { type: ProcedureType } }> = appRouter._def.procedures as never
  // oxlint-disable-next-line no-underscore-dangle -- nor any other way to their types
  return Object.hasOwn(procedures, path) ? procedures[path]?._def.type : undefined
}

/** A call of a procedure without tRPC's handler for HTTP. */
export type ProcedureCall = {
  path: string
  type: ProcedureType
  context: RequestContext
  getRawInput: () => Promise<unknown>
  signal?: AbortSignal
}

/**
 * Calls a procedure.
 *
 * @throws TRPCError
 */
export async function callProcedure({ context, signal, ...call }: ProcedureCall): Promise<unknown> {
  return callTRPCProcedure({ ...call, router: appRouter, ctx: context, signal, batchIndex: 0 })
}

/**
 * Starts a subscription.
 *
 * @returns its items, each with an id
 * @throws TRPCError like any procedure, on the call or while the items are read
 */
export async function subscribe(
  path: string,
  { input, ...call }: { context: RequestContext; input: unknown; signal: AbortSignal },
): Promise<AsyncIterable<TrackedEnvelope<unknown>>> {
  const items = await callProcedure({ ...call, path, type: 'subscription', getRawInput: async () => input })
  return items as AsyncIterable<TrackedEnvelope<unknown>>
}

/**
 * The type from which clients infer everything. It is written by hand so that it excludes the context and its
 * dependencies (Kysely's tables, Lucia): see docs/decisions/0003-the-routers-type-is-named-by-hand.md.
 */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ErrorShape; transformer: false },
  typeof routes
>
