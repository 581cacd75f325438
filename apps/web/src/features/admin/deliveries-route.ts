import { limits } from '@prebook/client/limits'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Delivery } from '@prebook/client'
import { textParam } from '../../lib/search-params.ts'
import { queries } from '../../lib/client.ts'
import { adminsOnly } from '../account/guards.ts'
import { adminRoute } from './admin-route.ts'

const PAGE_SIZE = 25

/** Display names of the delivery states. */
export const stateLabels = {
  pending: 'Queued',
  sending: 'Sending',
  sent: 'Sent',
  skipped: 'Skipped',
  failed: 'Failed',
  held: 'Held',
} as const satisfies Record<Delivery['state'], string>

export type DeliveriesSearch = { state?: Delivery['state']; cursor?: string }

export const deliveriesRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/deliveries',
  beforeLoad: adminsOnly,
  validateSearch: (given: Record<string, unknown>): DeliveriesSearch => {
    const state = given['state']
    const cursor = textParam(given['cursor'], limits.cursor.max)
    return { ...(isState(state) ? { state } : {}), ...(cursor === undefined ? {} : { cursor }) }
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(deliveriesQuery(deps)),
  component: lazyRouteComponent(() => import('./deliveries-page.tsx'), 'DeliveriesPage'),
})

export function deliveriesQuery(search: DeliveriesSearch) {
  return queries.deliveries.list.queryOptions({ ...search, limit: PAGE_SIZE })
}

/** Whether a value is a delivery state. */
export function isState(given: unknown): given is Delivery['state'] {
  return typeof given === 'string' && Object.hasOwn(stateLabels, given)
}
