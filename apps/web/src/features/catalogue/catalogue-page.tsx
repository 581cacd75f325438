import { limits } from '@prebook/client/limits'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { createRoute, Link, linkOptions, redirect } from '@tanstack/react-router'
import type { Book, RouterInputs } from '@prebook/client'
import { rootRoute } from '../../app/root-route.tsx'
import { flagParam, textParam } from '../../lib/search-params.ts'
import { queries } from '../../lib/client.ts'
import { price } from '../../lib/money.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Cover } from '../../ui/cover.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Paged } from '../../ui/paged.tsx'
import { EmptyState, Skeleton } from '../../ui/states.tsx'
import { StockBadge } from '../../ui/stock-badge.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import './catalogue-page.css'

/** How many books a page shows: full rows, whether there are two, three, four or six to a row. */
const PAGE_SIZE = 24

type CatalogueSearch = {
  query?: string
  inStock?: boolean
  /** Where the page begins; absent for the first one. */
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
  // Begins to ask before the page is drawn. What goes wrong is shown by the page, which looks at the same query.
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(catalogueQuery(deps)),
  component: CataloguePage,
})

/** The API's address of the catalogue: who opens it in a browser wants to see books. */
export const booksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/books',
  beforeLoad: () => {
    // oxlint-disable-next-line typescript/only-throw-error -- how the router is told
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
      <Paged
        page={page}
        what="the catalogue"
        cursor={search.cursor}
        more="More books"
        skeleton={<BookshelfSkeleton />}
        empty={<NothingFound />}
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
  return (
    <Link to="/books/$bookId" params={{ bookId: book.id }} className="book-card">
      <Cover title={book.title} author={book.author} />
      <span className="book-card-title">{book.title}</span>
      <span className="book-card-author">{book.author}</span>
      <span className="book-card-foot">
        <span className="book-card-price">{price(book.priceCents)}</span>
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
      label="In stock or not"
      choices={filters.map(({ label, search }) => ({
        label,
        link: linkOptions({ to: '/', search: { ...(query === undefined ? {} : { query }), ...search } }),
        current: inStock === search.inStock,
      }))}
    />
  )
}

function NothingFound() {
  const { query, inStock } = catalogueRoute.useSearch()
  if (query === undefined && inStock === undefined) return <EmptyState title="The shop has no books yet" />
  return (
    <EmptyState title={query === undefined ? 'No book is like that' : `Nothing fits “${query}”`}>
      <p>
        {inStock === true
          ? 'It may be sold out: look there too.'
          : 'Try fewer letters, or another word of the title or the author.'}
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
