import type { RestRoute } from './route.ts'
import { accountRoutes } from './routes/account.ts'
import { auditRoutes } from './routes/audit.ts'
import { authRoutes } from './routes/auth.ts'
import { booksRoutes } from './routes/books.ts'
import { prebooksRoutes } from './routes/prebooks.ts'
import { stockRoutes } from './routes/stock.ts'
import { tokensRoutes } from './routes/tokens.ts'
import { usersRoutes } from './routes/users.ts'

/** The routes of the REST API. All rules are in the procedures. */
export const restRoutes: readonly RestRoute[] = [
  ...authRoutes,
  ...accountRoutes,
  ...booksRoutes,
  ...stockRoutes,
  ...prebooksRoutes,
  ...usersRoutes,
  ...tokensRoutes,
  ...auditRoutes,
]
