import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { RouterInputs } from '@prebook/client'
import { queries } from '../../lib/client.ts'
import { adminRoute } from './admin-route.ts'

/** Length of the trend in days. */
export const TREND_DAYS = 14
/** Maximum number of books in the table: the maximum of the API. */
export const MAX_BOOKS = 100

export const orders = [
  'waiting',
  'since',
  'joinedLately',
] as const satisfies RouterInputs['demand']['top']['order'][]

/** The default order is `waiting`: most waiting readers first. */
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
  return queries.demand.top.queryOptions({ ...search, days: TREND_DAYS, limit: MAX_BOOKS })
}
