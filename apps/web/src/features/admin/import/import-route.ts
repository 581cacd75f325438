import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shopQuery } from '../../../lib/shop.ts'
import { adminRoute } from '../admin-route.ts'

export const importRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/import',
  loader: ({ context }) => void context.queryClient.prefetchQuery(shopQuery()),
  component: lazyRouteComponent(() => import('./import-page.tsx'), 'ImportPage'),
})
