import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, type ErrorComponentProps } from '@tanstack/react-router'
import { NotFoundPage } from './not-found-page.tsx'
import { Shell } from './shell.tsx'
import { ErrorState } from '../ui/states.tsx'

export type RouterContext = { queryClient: QueryClient }

/** The root of all routes: the shell around each page, and the page for unknown addresses. */
export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Shell,
  notFoundComponent: NotFoundPage,
})

/** Shown when a page fails to load or render. */
export function FailedPage({ error, reset }: ErrorComponentProps) {
  return <ErrorState wholePage error={error} onRetry={reset} />
}
