import { formatExpectedDate } from '@prebook/client/expected-date'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { RouterOutputs } from '@prebook/client'
import { bookColumn, waitingColumn } from './book-columns.tsx'
import { PagedTable } from './paged-table.tsx'
import type { StockedBook } from './restock-dialog.tsx'
import { useRestock } from './use-restock.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { overdueQuery } from './overdue-route.ts'
import './admin-pages.css'

const route = getRouteApi('/admin/overdue')

/** The sold-out books whose expected date has passed, longest overdue first. */
export function OverduePage() {
  const search = route.useSearch()
  const page = useQuery({ ...overdueQuery(search), placeholderData: keepPreviousData })
  const { restock, dialog } = useRestock()
  return (
    <>
      <PageHead>
        <PageTitle title="Overdue" />
      </PageHead>
      <PagedTable
        page={page}
        what="overdue books"
        columns={columnsWith(restock)}
        keyOf={({ bookId }) => bookId}
        cursor={search.cursor}
        nextLabel="More books"
        empty={
          <EmptyState title="No overdue books">
            <p>Sold-out books appear here when their expected date has passed.</p>
          </EmptyState>
        }
      />
      {dialog}
    </>
  )
}

function columnsWith(
  restock: (book: StockedBook) => void,
): Column<RouterOutputs['books']['overdue']['items'][number]>[] {
  return [
    bookColumn,
    { title: 'Was due', cell: ({ expectedOn }) => formatExpectedDate(expectedOn) },
    waitingColumn,
    {
      title: 'Action',
      cell: ({ bookId, bookTitle }) => (
        <div className="admin-actions">
          <Button
            aria-label={`Restock ${bookTitle}`}
            // Only sold-out books are listed.
            onClick={() => restock({ id: bookId, title: bookTitle, stockQuantity: 0 })}
          >
            Restock
          </Button>
          <Link
            to="/admin/books/$bookId"
            params={{ bookId }}
            hash="admin-availability"
            aria-label={`Change date: ${bookTitle}`}
            className={buttonClass({})}
          >
            Change date
          </Link>
        </div>
      ),
    },
  ]
}
