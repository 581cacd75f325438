import { limits } from '@prebook/client/limits'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, linkOptions, useNavigate } from '@tanstack/react-router'
import type { Book } from '@prebook/client'
import { ListSearch } from './list-search.tsx'
import { PagedTable } from './paged-table.tsx'
import type { StockedBook } from './restock-dialog.tsx'
import { useRestock } from './use-restock.tsx'
import { dueText } from '../../lib/due-text.ts'
import { price } from '../../lib/money.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { CorrectedQuery } from '../../ui/corrected-query.tsx'
import { DownloadLink } from '../../ui/download-link.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StockBadge } from '../../ui/stock-badge.tsx'
import type { Column } from '../../ui/table.tsx'
import { booksQuery, type BooksSearch } from './books-routes.ts'
import './admin-pages.css'

const route = getRouteApi('/admin/books')

/** The catalogue for admins: each book with its price and stock. */
export function BooksPage() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const page = useQuery({ ...booksQuery(search), placeholderData: keepPreviousData })
  const { restock, dialog } = useRestock()
  return (
    <>
      <PageHead>
        <PageTitle title="Books" />
        <div className="admin-actions">
          <DownloadLink path="/books.csv" search={{ query: search.query, in_stock: search.inStock }} />
          <Link to="/admin/import" className={buttonClass({})}>
            Import
          </Link>
          <Link to="/admin/books/new" className={buttonClass({ tone: 'primary' })}>
            Add a book
          </Link>
        </div>
      </PageHead>
      <div className="admin-tools">
        <ListSearch
          label="Title, author or ISBN"
          query={search.query}
          max={limits.search.max}
          onSearch={(query) => {
            const { inStock } = search
            void navigate({
              to: '/admin/books',
              search: {
                ...(query === undefined ? {} : { query }),
                ...(inStock === undefined ? {} : { inStock }),
              },
            })
          }}
        />
        <StockFilter />
      </div>
      <CorrectedQuery typed={search.query} showingResultsFor={page.data?.showingResultsFor} />
      <PagedTable
        page={page}
        what="books"
        columns={columnsWith(restock)}
        keyOf={({ id }) => id}
        cursor={search.cursor}
        nextLabel="More books"
        empty={
          <EmptyState title="No matching books">
            <Link to="/admin/books" search={{}} className={buttonClass({})}>
              Show all books
            </Link>
          </EmptyState>
        }
      />
      {dialog}
    </>
  )
}

const filters: { label: string; search: BooksSearch }[] = [
  { label: 'All', search: {} },
  { label: 'In stock', search: { inStock: true } },
  { label: 'Sold out', search: { inStock: false } },
]

function StockFilter() {
  const { query, inStock } = route.useSearch()
  return (
    <FilterBar
      label="Filter by stock"
      choices={filters.map(({ label, search }) => ({
        label,
        link: linkOptions({
          to: '/admin/books',
          search: { ...(query === undefined ? {} : { query }), ...search },
        }),
        current: inStock === search.inStock,
      }))}
    />
  )
}

function columnsWith(restock: (book: StockedBook) => void): Column<Book>[] {
  return [
    {
      title: 'Book',
      cell: ({ id, title, author }) => (
        <div>
          <Link to="/admin/books/$bookId" params={{ bookId: id }} className="admin-title">
            {title}
          </Link>
          <span className="admin-aside">{author}</span>
        </div>
      ),
    },
    { title: 'ISBN', cell: ({ isbn }) => isbn ?? '–' },
    { title: 'Price', figures: true, cell: price },
    { title: 'Copies', figures: true, cell: ({ stockQuantity }) => stockQuantity.toLocaleString('en') },
    {
      title: 'Status',
      cell: (book) => (
        <div>
          <StockBadge book={book} />
          <span className="admin-aside">{dueText(book)}</span>
        </div>
      ),
    },
    {
      title: 'Action',
      cell: (book) => (
        <Button aria-label={`Change stock: ${book.title}`} onClick={() => restock(book)}>
          Change stock
        </Button>
      ),
    },
  ]
}
