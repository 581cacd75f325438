import { limits } from '@prebook/client/limits'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { createRoute, Link, linkOptions, redirect } from '@tanstack/react-router'
import type { Book, RouterInputs } from '@prebook/client'
import { rootRoute } from '../../app/root-route.tsx'
import { flagParam, textParam } from '../../lib/search-params.ts'
import { queries } from '../../lib/client.ts'
import { dueText } from '../../lib/due-text.ts'
import { price } from '../../lib/money.ts'
import { buttonClass } from '../../ui/button.tsx'
import { CorrectedQuery } from '../../ui/corrected-query.tsx'
import { Cover } from '../../ui/cover.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Paged } from '../../ui/paged.tsx'
import { EmptyState, Skeleton } from '../../ui/states.tsx'
import { StockBadge } from '../../ui/stock-badge.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import './catalogue-page.css'

/** Books per page. 24 fills rows of two, three, four or six. */
const PAGE_SIZE = 24

type CatalogueSearch = {
  query?: string
  inStock?: boolean
  /** Start of the page; absent for the first page. */
  cursor?: string
}

export const catalogueRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: (given: Record<string, unknown>): CatalogueSearch => {
    const query = textParam(given['query'], limits.search.max)
    const inStock = flagParam(given['inStock'])
    const cursor = textParam(given['cursor'], limits.cursor.max)
    return {
      ...(query === undefined ? {} : { query }),
      ...(inStock === undefined ? {} : { inStock }),
      ...(cursor === undefined ? {} : { cursor }),
    }
  },
  loaderDeps: ({ search }) => search,
  // Starts the request before the page renders. The page uses the same query and shows its errors.
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(catalogueQuery(deps)),
  component: CataloguePage,
})

/** `/books` is the catalogue in the REST API. In a browser it redirects to the catalogue page. */
export const booksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/books',
  beforeLoad: () => {
    // oxlint-disable-next-line typescript/only-throw-error -- TanStack Router redirects by throwing
    throw redirect({ to: '/', replace: true })
  },
})

function catalogueQuery(search: RouterInputs['books']['list']) {
  return queries.books.list.queryOptions({ ...search, limit: PAGE_SIZE })
}

function CataloguePage() {
  const search = catalogueRoute.useSearch()
  const page = useQuery({ ...catalogueQuery(search), placeholderData: keepPreviousData })
  return (
    <>
      <PageHead>
        <PageTitle title={search.query === undefined ? 'The catalogue' : `“${search.query}”`} />
        <StockFilter />
      </PageHead>
      <CorrectedQuery typed={search.query} showingResultsFor={page.data?.showingResultsFor} />
      <Paged
        page={page}
        what="the catalogue"
        cursor={search.cursor}
        nextLabel="More books"
        skeleton={<BookshelfSkeleton />}
        empty={<NoBooks />}
      >
        {(books) => (
          <ul className="bookshelf">
            {books.map((book) => (
              <li key={book.id}>
                <BookCard book={book} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </>
  )
}

function BookCard({ book }: { book: Book }) {
  const due = dueText(book)
  return (
    <Link to="/books/$bookId" params={{ bookId: book.id }} className="book-card">
      <Cover title={book.title} author={book.author} />
      <span className="book-card-title">{book.title}</span>
      <span className="book-card-author">{book.author}</span>
      {due !== null && <span className="book-card-due">{due}</span>}
      <span className="book-card-foot">
        <span className="book-card-price">{price(book)}</span>
        <StockBadge book={book} />
      </span>
    </Link>
  )
}

const filters: { label: string; search: CatalogueSearch }[] = [
  { label: 'All', search: {} },
  { label: 'In stock', search: { inStock: true } },
  { label: 'Sold out', search: { inStock: false } },
]

function StockFilter() {
  const { query, inStock } = catalogueRoute.useSearch()
  return (
    <FilterBar
      label="Filter by stock"
      choices={filters.map(({ label, search }) => ({
        label,
        link: linkOptions({ to: '/', search: { ...(query === undefined ? {} : { query }), ...search } }),
        current: inStock === search.inStock,
      }))}
    />
  )
}

function NoBooks() {
  const { query, inStock } = catalogueRoute.useSearch()
  if (query === undefined && inStock === undefined) return <EmptyState title="No books yet" />
  return (
    <EmptyState title={query === undefined ? 'No matching books' : `No results for “${query}”`}>
      <p>
        {inStock === true
          ? 'The book may be sold out. Show all books to find it.'
          : 'Try a shorter search, or another word from the title or the author.'}
      </p>
      <Link to="/" search={{}} className={buttonClass({})}>
        Show all books
      </Link>
    </EmptyState>
  )
}

function BookshelfSkeleton() {
  return (
    <div className="bookshelf">
      {Array.from({ length: PAGE_SIZE / 2 }, (_, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- they are all the same
        <Skeleton key={index} className="book-card-skeleton" />
      ))}
    </div>
  )
}
