import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { rootRoute } from '../../app/root-route.tsx'
import { staffOnly } from '../account/guards.ts'

/** The parent route of all admin pages. Staff and admins can open it. */
export const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin',
  beforeLoad: staffOnly,
  component: lazyRouteComponent(() => import('./admin-frame.tsx'), 'AdminFrame'),
})

export const adminStartRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/',
  beforeLoad: () => {
    // oxlint-disable-next-line typescript/only-throw-error -- TanStack Router redirects by throwing
    throw redirect({ to: '/admin/demand', replace: true })
  },
})
