import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, type ErrorComponentProps } from '@tanstack/react-router'
import { NotFoundPage } from './not-found-page.tsx'
import { Shell } from './shell.tsx'
import { ErrorState } from '../ui/states.tsx'

export type RouterContext = { queryClient: QueryClient }

/** What all routes hang from: the shell around them, and what to show when an address or a page fails. */
export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Shell,
  notFoundComponent: NotFoundPage,
})

/** A page that failed while it was opened or drawn. */
export function FailedPage({ error, reset }: ErrorComponentProps) {
  return <ErrorState wholePage error={error} onRetry={reset} />
}
