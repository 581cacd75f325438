import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { adminRoute } from '../admin-route.ts'

export const scanRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/scan',
  component: lazyRouteComponent(() => import('./scan-page.tsx'), 'ScanPage'),
})
