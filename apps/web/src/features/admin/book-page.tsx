import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { Book, RouterOutputs } from '@prebook/client'
import { Availability } from './availability.tsx'
import { BookForm, type BookFields } from './book-form.tsx'
import { copies, readers } from './counts.ts'
import { PagedTable } from './paged-table.tsx'
import { StockPlot } from './stock-plot.tsx'
import { refreshStock } from './stock-changes.ts'
import { useRestock } from './use-restock.tsx'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { DownloadLink } from '../../ui/download-link.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx'
import { StockBadge } from '../../ui/stock-badge.tsx'
import type { Column } from '../../ui/table.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { historyQuery, plotQuery } from './books-routes.ts'
import './admin-pages.css'

const route = getRouteApi('/admin/books/$bookId')

/** The admin page of a book: its stock, details, availability and stock history. */
export function AdminBookPage() {
  const { bookId } = route.useParams()
  const book = useQuery(queries.books.get.queryOptions({ bookId }))
  if (book.isPending) {
    return (
      <Loading what="the book">
        <Skeleton className="admin-skeleton" />
      </Loading>
    )
  }
  if (book.data === undefined) {
    return (
      <ErrorState wholePage error={book.error} onRetry={() => void book.refetch()}>
        <Link to="/admin/books" className={buttonClass({})}>
          View all books
        </Link>
      </ErrorState>
    )
  }
  return <BookDetails key={bookId} book={book.data} />
}

function BookDetails({ book }: { book: Book }) {
  const { restock, dialog } = useRestock()
  return (
    <>
      <PageHead>
        <div>
          <PageTitle title={book.title} />
          <p className="admin-lead">{book.author}</p>
        </div>
        <div className="admin-actions">
          <DownloadLink path={`/books/${book.id}/demand.csv`}>Download waitlist</DownloadLink>
          <Link to="/books/$bookId" params={{ bookId: book.id }} className={buttonClass({})}>
            View in the shop
          </Link>
        </div>
      </PageHead>
      <div className="admin-book">
        <section aria-labelledby="admin-stock">
          <div className="admin-stock">
            <h2 id="admin-stock">
              {book.inStock ? `${copies(book.stockQuantity)} in stock` : 'No copies in stock'}
            </h2>
            <StockBadge book={book} />
            <Button tone="primary" onClick={() => restock(book)}>
              {book.inStock ? 'Change stock' : 'Restock'}
            </Button>
          </div>
          <Plot bookId={book.id} />
        </section>
        <section aria-labelledby="admin-edit">
          <h2 id="admin-edit">Book details</h2>
          <EditForm book={book} />
        </section>
      </div>
      <section className="admin-section" aria-labelledby="admin-availability">
        <h2 id="admin-availability">Availability</h2>
        <Availability book={book} />
      </section>
      <section className="admin-section" aria-labelledby="admin-history">
        <PageHead>
          <h2 id="admin-history">Stock history</h2>
          <DownloadLink path={`/books/${book.id}/stock/history.csv`} />
        </PageHead>
        <History bookId={book.id} />
      </section>
      {dialog}
    </>
  )
}

function EditForm({ book }: { book: Book }) {
  const queryClient = useQueryClient()
  return (
    <BookForm
      book={book}
      currency={book.currency}
      submitLabel="Save"
      onSubmit={async (fields) => {
        const changed = Object.entries(fields).filter(
          ([name, value]) => book[name as keyof BookFields] !== value,
        )
        if (changed.length === 0) {
          notify({ tone: 'plain', title: 'No changes to save' })
          return
        }
        // Send only changed fields, so that concurrent edits by another admin are kept.
        const saved = await client.books.update.mutate({ bookId: book.id, ...Object.fromEntries(changed) })
        queryClient.setQueryData(queries.books.get.queryOptions({ bookId: book.id }).queryKey, saved)
        void refreshStock(queryClient)
        notify({ tone: 'good', title: `${saved.title} was saved` })
      }}
    />
  )
}

function Plot({ bookId }: { bookId: number }) {
  const history = useQuery(plotQuery(bookId))
  if (history.data === undefined) {
    return history.isError ? (
      <ErrorState error={history.error} onRetry={() => void history.refetch()} />
    ) : (
      <Loading what="the stock">
        <Skeleton className="chart-skeleton" />
      </Loading>
    )
  }
  const { items } = history.data
  if (items.length === 0) return <p className="admin-lead">No stock changes yet.</p>
  return <StockPlot movements={items} now={history.dataUpdatedAt} />
}

function History({ bookId }: { bookId: number }) {
  const { cursor } = route.useSearch()
  const page = useQuery({
    ...historyQuery(bookId, cursor === undefined ? {} : { cursor }),
    placeholderData: keepPreviousData,
  })
  return (
    <PagedTable
      page={page}
      what="stock changes"
      columns={columns}
      keyOf={({ id }) => id}
      cursor={cursor}
      nextLabel="Older changes"
      empty={<EmptyState title="No stock changes yet" />}
    />
  )
}

const columns: Column<RouterOutputs['stock']['history']['items'][number]>[] = [
  { title: 'When', cell: ({ createdAt }) => <TimeAgo time={createdAt} /> },
  { title: 'Change', figures: true, cell: ({ delta }) => (delta > 0 ? `+${delta}` : `−${-delta}`) },
  { title: 'Copies after', figures: true, cell: ({ quantityAfter }) => quantityAfter.toLocaleString('en') },
  { title: 'Notified', cell: ({ broadcast }) => (broadcast === null ? '–' : readers(broadcast.notified)) },
  {
    title: 'Changed by',
    cell: ({ actorEmail, actorId, tokenName }) => (
      <span className="admin-address">{tokenName ?? actorEmail ?? `Account #${actorId}`}</span>
    ),
  },
  { title: 'Note', cell: ({ note }) => <span className="admin-address">{note ?? '–'}</span> },
]
