import { createRouter } from '@tanstack/react-router'
import type { QueryClient } from '@tanstack/react-query'
import { adminRoutes } from '../features/admin/admin-routes.ts'
import { bookRoute } from '../features/catalogue/book-page.tsx'
import { booksRoute, catalogueRoute } from '../features/catalogue/catalogue-page.tsx'
import { accountRoute } from '../features/account/account-route.ts'
import { forgotPasswordRoute } from '../features/account/forgot-password-route.ts'
import { prebookingsRoute } from '../features/prebooks/prebookings-route.ts'
import { signInRoute } from '../features/account/sign-in-page.tsx'
import { signUpRoute } from '../features/account/sign-up-page.tsx'
import { FailedPage, rootRoute } from './root-route.tsx'
import { readSearch, writeSearch } from '../lib/search-params.ts'

const routeTree = rootRoute.addChildren([
  catalogueRoute,
  booksRoute,
  bookRoute,
  signInRoute,
  signUpRoute,
  forgotPasswordRoute,
  prebookingsRoute,
  accountRoute,
  adminRoutes,
])

export function createShopRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch: readSearch,
    stringifySearch: writeSearch,
    // Unknown parameters, such as those of a newsletter, are not sent to the API.
    search: { strict: true },
    defaultErrorComponent: FailedPage,
    // Data is prefetched when a link gets the pointer or focus. The query cache decides what is fresh.
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- declaration merging needs an interface
  interface Register {
    router: ReturnType<typeof createShopRouter>
  }
  // oxlint-disable-next-line typescript/consistent-type-definitions -- declaration merging needs an interface
  interface HistoryState {
    /** Cursors of the pages before this one in a list, first to last. `''` is the first page. */
    trail?: readonly string[]
  }
}
