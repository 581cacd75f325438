import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { RouterInputs } from '@prebook/client'
import { queries } from '../../lib/client.ts'
import { adminRoute } from './admin-route.ts'

/** How many days the trend goes back. */
export const TREND_DAYS = 14
/** How many books the table has: as many as the server gives at once. */
export const MOST = 100

export const orders = [
  'waiting',
  'since',
  'joinedLately',
] as const satisfies RouterInputs['demand']['top']['order'][]

/** Most waited for comes first when the address does not say. */
export type DemandSearch = { order?: (typeof orders)[number] }

export const demandRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/demand',
  validateSearch: (given: Record<string, unknown>): DemandSearch => {
    const order = orders.find((known) => known === given['order'])
    return order === undefined || order === 'waiting' ? {} : { order }
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(demandQuery(deps)),
  component: lazyRouteComponent(() => import('./demand-page.tsx'), 'DemandPage'),
})

export function demandQuery(search: DemandSearch) {
  return queries.demand.top.queryOptions({ ...search, days: TREND_DAYS, limit: MOST })
}
