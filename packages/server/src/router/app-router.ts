import { callTRPCProcedure, type TrackedEnvelope, type TRPCBuiltRouter } from '@trpc/server'
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

/** Whether a path such as `prebooks.watch` names a subscription. */
export function isSubscription(path: string): boolean {
  // oxlint-disable-next-line no-underscore-dangle -- tRPC offers no other list of a router's procedures
  const procedures: Record<string, { _def: { type: string } }> = appRouter._def.procedures as never
  // oxlint-disable-next-line no-underscore-dangle -- nor any other way to their types
  return Object.hasOwn(procedures, path) && procedures[path]?._def.type === 'subscription'
}

/**
 * Starts a subscription.
 *
 * @returns its items, each with an id
 * @throws TRPCError like any procedure, on the call or while the items are read
 */
export async function subscribe(
  path: string,
  call: { context: RequestContext; input: unknown; signal: AbortSignal },
): Promise<AsyncIterable<TrackedEnvelope<unknown>>> {
  const { context, input, signal } = call
  const items: unknown = await callTRPCProcedure({
    router: appRouter,
    path,
    ctx: context,
    getRawInput: async () => input,
    type: 'subscription',
    signal,
    batchIndex: 0,
  })
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
