import { useQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import type { Book } from '@prebook/client'
import { waitlistQuery } from '../prebooks/prebook-cache.ts'
import { PrebookPanel } from '../prebooks/prebook-panel.tsx'
import { rootRoute } from '../../app/root-route.tsx'
import { bookIdParam } from '../../lib/book-id-param.ts'
import { queries } from '../../lib/client.ts'
import { dueText } from '../../lib/due-text.ts'
import { price } from '../../lib/money.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Cover } from '../../ui/cover.tsx'
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx'
import { StockBadge } from '../../ui/stock-badge.tsx'
import { NotFoundPage } from '../../app/not-found-page.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import './book-page.css'

export const bookRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/books/$bookId',
  params: bookIdParam,
  loader: ({ context: { queryClient }, params: { bookId } }) => {
    void queryClient.prefetchQuery(bookQuery(bookId))
    void queryClient.prefetchQuery(waitlistQuery(bookId))
  },
  component: BookPage,
  notFoundComponent: NotFoundPage,
})

function bookQuery(bookId: number) {
  return queries.books.get.queryOptions({ bookId })
}

function BookPage() {
  const { bookId } = bookRoute.useParams()
  const book = useQuery(bookQuery(bookId))
  if (book.isPending) {
    return (
      <Loading what="the book">
        <div className="book">
          <Skeleton className="book-cover-skeleton" />
          <Skeleton className="book-text-skeleton" />
        </div>
      </Loading>
    )
  }
  // A book that was already loaded stays on the screen when a refetch fails.
  if (book.data === undefined) {
    return (
      <ErrorState wholePage error={book.error} onRetry={() => void book.refetch()}>
        <Link to="/" className={buttonClass({})}>
          Browse the catalogue
        </Link>
      </ErrorState>
    )
  }
  return <BookDetails key={bookId} book={book.data} />
}

function BookDetails({ book }: { book: Book }) {
  const due = dueText(book)
  return (
    <article className="book">
      <Cover title={book.title} author={book.author} className="book-cover" />
      <div className="book-text">
        <div>
          <PageTitle title={book.title} />
          <p className="book-author">{book.author}</p>
        </div>
        <p className="book-terms">
          <span className="book-price">{price(book)}</span>
          <StockBadge book={book} />
          {due !== null && <span className="book-due">{due}</span>}
        </p>
        <PrebookPanel book={book} />
        {book.description !== null && <p className="book-description">{book.description}</p>}
        {book.isbn !== null && (
          <dl className="book-facts">
            <dt>ISBN</dt>
            <dd>{book.isbn}</dd>
          </dl>
        )}
      </div>
    </article>
  )
}
