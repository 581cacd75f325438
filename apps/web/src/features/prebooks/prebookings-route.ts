import { limits } from '@prebook/client/limits'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Prebook } from '@prebook/client'
import { statusLabels } from './status-badge.tsx'
import { rootRoute } from '../../app/root-route.tsx'
import { textParam } from '../../lib/search-params.ts'
import { signedInOnly } from '../account/guards.ts'
import { queries } from '../../lib/client.ts'

/** Pre-bookings per page. */
const PAGE_SIZE = 20

export type PrebookingsSearch = { status?: Prebook['status']; cursor?: string }

export const prebookingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/prebookings',
  validateSearch: (given: Record<string, unknown>): PrebookingsSearch => {
    const status = textParam(given['status'], limits.cursor.max)
    const cursor = textParam(given['cursor'], limits.cursor.max)
    return {
      ...(status !== undefined && isStatus(status) ? { status } : {}),
      ...(cursor === undefined ? {} : { cursor }),
    }
  },
  beforeLoad: signedInOnly,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(prebookingsQuery(deps)),
  component: lazyRouteComponent(() => import('./prebookings-page.tsx'), 'PrebookingsPage'),
})

/** A page of the user's pre-bookings. */
export function prebookingsQuery(search: PrebookingsSearch) {
  return queries.prebooks.list.queryOptions({ ...search, limit: PAGE_SIZE })
}

function isStatus(text: string): text is Prebook['status'] {
  return Object.hasOwn(statusLabels, text)
}
