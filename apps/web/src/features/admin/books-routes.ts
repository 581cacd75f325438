import { limits } from '@prebook/client/limits'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { flagParam, textParam } from '../../lib/search-params.ts'
import { bookIdParam } from '../../lib/book-id-param.ts'
import { queries } from '../../lib/client.ts'
import { NotFoundPage } from '../../app/not-found-page.tsx'
import { adminRoute } from './admin-route.ts'

const PAGE_SIZE = 25
const HISTORY_PAGE_SIZE = 10

export type BooksSearch = { query?: string; inStock?: boolean; cursor?: string }

export const adminBooksRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/books',
  validateSearch: (given: Record<string, unknown>): BooksSearch => {
    const query = textParam(given['query'], limits.search.max)
    const inStock = flagParam(given['inStock'])
    return {
      ...(query === undefined ? {} : { query }),
      ...(inStock === undefined ? {} : { inStock }),
      ...cursorOf(given),
    }
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(booksQuery(deps)),
  component: lazyRouteComponent(() => import('./books-page.tsx'), 'BooksPage'),
})

export const newBookRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/books/new',
  component: lazyRouteComponent(() => import('./new-book-page.tsx'), 'NewBookPage'),
})

export const adminBookRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/books/$bookId',
  params: bookIdParam,
  validateSearch: cursorOf,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, params: { bookId }, deps }) => {
    void queryClient.prefetchQuery(queries.books.get.queryOptions({ bookId }))
    void queryClient.prefetchQuery(plotQuery(bookId))
    void queryClient.prefetchQuery(historyQuery(bookId, deps))
  },
  component: lazyRouteComponent(() => import('./book-page.tsx'), 'AdminBookPage'),
  notFoundComponent: NotFoundPage,
})

export function booksQuery(search: BooksSearch) {
  return queries.books.list.queryOptions({ ...search, limit: PAGE_SIZE })
}

/** The latest movements, for the plot: as many as one page of the API holds. */
export function plotQuery(bookId: number) {
  return queries.stock.history.queryOptions({ bookId, limit: 100 })
}

/** A page of movements, for the table. */
export function historyQuery(bookId: number, search: { cursor?: string }) {
  return queries.stock.history.queryOptions({ bookId, ...search, limit: HISTORY_PAGE_SIZE })
}

function cursorOf(given: Record<string, unknown>): { cursor?: string } {
  const cursor = textParam(given['cursor'], limits.cursor.max)
  return cursor === undefined ? {} : { cursor }
}
