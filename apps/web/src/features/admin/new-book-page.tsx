import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { BookForm } from './book-form.tsx'
import { refreshStock } from './stock-changes.ts'
import { notify } from '../../app/notices.ts'
import { client } from '../../lib/client.ts'
import { shopQuery } from '../../lib/shop.ts'
import { buttonClass } from '../../ui/button.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx'
import './admin-pages.css'

/** The page to add a book. */
export function NewBookPage() {
  const shop = useQuery(shopQuery())
  return (
    <>
      <PageHead>
        <PageTitle title="Add a book" />
      </PageHead>
      {shop.data !== undefined && <NewBookForm currency={shop.data.currency} />}
      {shop.isPending && (
        <Loading what="the form">
          <Skeleton className="admin-skeleton" />
        </Loading>
      )}
      {shop.isError && <ErrorState error={shop.error} onRetry={() => void shop.refetch()} />}
    </>
  )
}

function NewBookForm({ currency }: { currency: string }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return (
    <BookForm
      currency={currency}
      submitLabel="Add book"
      onSubmit={async (fields, stockQuantity) => {
        const { id, title } = await client.books.create.mutate({ ...fields, stockQuantity })
        void refreshStock(queryClient)
        notify({ tone: 'good', title: `${title} was added to the catalogue` })
        // Replaces the history entry, so that the back button does not return to the submitted form.
        await navigate({ to: '/admin/books/$bookId', params: { bookId: id }, replace: true })
      }}
    >
      <Link to="/admin/books" className={buttonClass({ tone: 'quiet' })}>
        View all books
      </Link>
    </BookForm>
  )
}
