import type { TRPCBuiltRouter } from '@trpc/server'
import { accountRoutes, authRoutes } from './auth-routes.ts'
import { booksRoutes } from './books-routes.ts'
import { demandRoutes } from './demand-routes.ts'
import { prebooksRoutes } from './prebooks-routes.ts'
import type { ErrorShape } from './errors.ts'
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
  users: usersRoutes,
}

/** Every procedure, ready to be served. */
export const appRouter = router(routes)

/** Calls procedures without HTTP: the REST door's way in. */
export const createCaller = createCallerFactory(appRouter)

/**
 * What clients infer everything from. Named by hand, so that neither the context nor anything behind it (Kysely's
 * tables, Lucia) is part of it: see docs/decisions/0003-the-routers-type-is-named-by-hand.md.
 */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ErrorShape; transformer: false },
  typeof routes
>
