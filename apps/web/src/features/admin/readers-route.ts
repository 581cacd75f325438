import { limits } from '@prebook/client/limits'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { flagParam, textParam } from '../../lib/search-params.ts'
import { queries } from '../../lib/client.ts'
import { adminsOnly } from '../account/guards.ts'
import { adminRoute } from './admin-route.ts'

const PAGE_SIZE = 25

export type ReadersSearch = { query?: string; isActive?: boolean; cursor?: string }

export const readersRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/readers',
  beforeLoad: adminsOnly,
  validateSearch: (given: Record<string, unknown>): ReadersSearch => {
    const query = textParam(given['query'], limits.email.max)
    const isActive = flagParam(given['isActive'])
    const cursor = textParam(given['cursor'], limits.cursor.max)
    return {
      ...(query === undefined ? {} : { query }),
      ...(isActive === undefined ? {} : { isActive }),
      ...(cursor === undefined ? {} : { cursor }),
    }
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(readersQuery(deps)),
  component: lazyRouteComponent(() => import('./readers-page.tsx'), 'ReadersPage'),
})

/** A page of all accounts, including admins. */
export function readersQuery(search: ReadersSearch) {
  return queries.users.list.queryOptions({ ...search, limit: PAGE_SIZE })
}
