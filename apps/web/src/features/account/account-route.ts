import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../app/root-route.tsx'
import { signedInOnly } from './guards.ts'

export const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  beforeLoad: signedInOnly,
  component: lazyRouteComponent(() => import('./account-page.tsx'), 'AccountPage'),
})
