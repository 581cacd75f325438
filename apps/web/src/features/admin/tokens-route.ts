import { limits } from '@prebook/client/limits'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { flagParam, idParam, textParam } from '../../lib/search-params.ts'
import { queries } from '../../lib/client.ts'
import { adminsOnly } from '../account/guards.ts'
import { adminRoute } from './admin-route.ts'

const PAGE_SIZE = 25

export type TokensSearch = { createdBy?: number; isActive?: boolean; cursor?: string }

export const tokensRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/tokens',
  beforeLoad: adminsOnly,
  validateSearch: (given: Record<string, unknown>): TokensSearch => {
    const createdBy = idParam(given['createdBy'])
    const isActive = flagParam(given['isActive'])
    const cursor = textParam(given['cursor'], limits.cursor.max)
    return {
      ...(createdBy === undefined ? {} : { createdBy }),
      ...(isActive === undefined ? {} : { isActive }),
      ...(cursor === undefined ? {} : { cursor }),
    }
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(tokensQuery(deps)),
  component: lazyRouteComponent(() => import('./tokens-page.tsx'), 'TokensPage'),
})

/** A page of the tokens of machines, newest first. */
export function tokensQuery(search: TokensSearch) {
  return queries.tokens.list.queryOptions({ ...search, limit: PAGE_SIZE })
}
