import type { ProcedureName } from '@prebook/server'
import type { RestRoute } from './route.ts'
import { accountRoutes } from './routes/account.ts'
import { auditRoutes } from './routes/audit.ts'
import { authRoutes } from './routes/auth.ts'
import { booksRoutes } from './routes/books.ts'
import { deliveriesRoutes } from './routes/deliveries.ts'
import { demandRoutes } from './routes/demand.ts'
import { downloadRoutes } from './routes/downloads.ts'
import { prebooksRoutes } from './routes/prebooks.ts'
import { shopRoutes } from './routes/shop.ts'
import { stockRoutes } from './routes/stock.ts'
import { tokensRoutes } from './routes/tokens.ts'
import { usersRoutes } from './routes/users.ts'

/** The routes of the REST API. All rules are in the procedures. */
export const restRoutes: readonly RestRoute[] = [
  ...authRoutes,
  ...accountRoutes,
  ...booksRoutes,
  ...shopRoutes,
  ...stockRoutes,
  ...prebooksRoutes,
  ...demandRoutes,
  ...deliveriesRoutes,
  ...usersRoutes,
  ...tokensRoutes,
  ...auditRoutes,
  ...downloadRoutes,
]

/** The procedures without a route of their own: the route that does the same, and why it is the only one. */
export const withoutRoute: Partial<Record<ProcedureName, { instead: string; because: string }>> = {
  'auth.me': {
    instead: 'GET /account',
    because: 'It says more, and a caller without a session gets a status instead of null.',
  },
  'users.setRole': { instead: 'PATCH /users/{id}', because: 'A field of a resource is set with PATCH.' },
  'users.deactivate': { instead: 'PATCH /users/{id}', because: 'A field of a resource is set with PATCH.' },
  'users.reactivate': { instead: 'PATCH /users/{id}', because: 'A field of a resource is set with PATCH.' },
}
