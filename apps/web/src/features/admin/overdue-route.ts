import { limits } from '@prebook/client/limits'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { textParam } from '../../lib/search-params.ts'
import { queries } from '../../lib/client.ts'
import { adminRoute } from './admin-route.ts'

const PAGE_SIZE = 25

export type OverdueSearch = { cursor?: string }

export const overdueRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/overdue',
  validateSearch: (given: Record<string, unknown>): OverdueSearch => {
    const cursor = textParam(given['cursor'], limits.cursor.max)
    return cursor === undefined ? {} : { cursor }
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(overdueQuery(deps)),
  component: lazyRouteComponent(() => import('./overdue-page.tsx'), 'OverduePage'),
})

export function overdueQuery(search: OverdueSearch) {
  return queries.books.overdue.queryOptions({ ...search, limit: PAGE_SIZE })
}
