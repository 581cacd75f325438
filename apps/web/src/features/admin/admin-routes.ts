import { adminRoute, adminStartRoute } from './admin-route.ts'
import { auditRoute } from './audit-route.ts'
import { adminBookRoute, adminBooksRoute, newBookRoute } from './books-routes.ts'
import { deliveriesRoute } from './deliveries-route.ts'
import { demandRoute } from './demand-route.ts'
import { importRoute } from './import/import-route.ts'
import { orderListRoute } from './order-list-route.ts'
import { overdueRoute } from './overdue-route.ts'
import { readersRoute } from './readers-route.ts'
import { scanRoute } from './scan/scan-route.ts'
import { tokensRoute } from './tokens-route.ts'

/** All admin pages. */
export const adminRoutes = adminRoute.addChildren([
  adminStartRoute,
  demandRoute,
  orderListRoute,
  overdueRoute,
  adminBooksRoute,
  newBookRoute,
  adminBookRoute,
  scanRoute,
  importRoute,
  deliveriesRoute,
  readersRoute,
  tokensRoute,
  auditRoute,
])
