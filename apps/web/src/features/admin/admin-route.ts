import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { rootRoute } from '../../app/root-route.tsx'
import { adminsOnly } from '../account/guards.ts'

/** What all pages for admins hang from: others never see one. */
export const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin',
  beforeLoad: adminsOnly,
  component: lazyRouteComponent(() => import('./admin-frame.tsx'), 'AdminFrame'),
})

export const adminStartRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/',
  beforeLoad: () => {
    // oxlint-disable-next-line typescript/only-throw-error -- how the router is told
    throw redirect({ to: '/admin/demand', replace: true })
  },
})
