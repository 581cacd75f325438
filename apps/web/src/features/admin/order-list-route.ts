import { limits } from '@prebook/client/limits'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { idParam, textParam } from '../../lib/search-params.ts'
import { queries } from '../../lib/client.ts'
import { adminRoute } from './admin-route.ts'

const PAGE_SIZE = 50

/** `readersPerCopy` is absent for the setting of the shop. */
export type OrderListSearch = { readersPerCopy?: number; cursor?: string }

export const orderListRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/order-list',
  validateSearch: (given: Record<string, unknown>): OrderListSearch => {
    const readersPerCopy = idParam(given['readersPerCopy'])
    const cursor = textParam(given['cursor'], limits.cursor.max)
    return {
      ...(readersPerCopy === undefined || readersPerCopy > limits.readersPerCopy.max
        ? {}
        : { readersPerCopy }),
      ...(cursor === undefined ? {} : { cursor }),
    }
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(orderListQuery(deps)),
  component: lazyRouteComponent(() => import('./order-list-page.tsx'), 'OrderListPage'),
})

export function orderListQuery(search: OrderListSearch) {
  return queries.demand.orderList.queryOptions({ ...search, limit: PAGE_SIZE })
}
