import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'
import { signedInOnly } from '../session/guards.ts'

export const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  beforeLoad: signedInOnly,
  component: lazyRouteComponent(() => import('./account-page.tsx'), 'AccountPage'),
})
