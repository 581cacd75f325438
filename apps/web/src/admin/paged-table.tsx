import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { CursorPages, FirstPageLink } from '../ui/cursor-pages.tsx'
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { Table, type Column } from '../ui/table.tsx'
import './paged-table.css'

/** A page of a list whose address holds `cursor`, in each of its states. */
export function PagedTable<Row>({
  page,
  what,
  columns,
  keyOf,
  cursor,
  more,
  empty,
}: {
  page: UseQueryResult<{ items: Row[]; nextCursor: string | null }>
  /** What the rows are: `books`. */
  what: string
  columns: readonly Column<Row>[]
  keyOf: (row: Row) => number
  cursor: string | undefined
  /** The words on the link to the next page. */
  more: string
  /** What to show when there is no row. */
  empty: ReactNode
}) {
  // What was shown once stays on the screen when asking again fails.
  if (page.data === undefined) {
    return page.isError ? (
      <ErrorState error={page.error} onRetry={() => void page.refetch()}>
        {cursor !== undefined && <FirstPageLink />}
      </ErrorState>
    ) : (
      <Loading what={what}>
        <Skeleton className="paged-table-skeleton" />
      </Loading>
    )
  }
  if (page.data.items.length === 0) return empty
  return (
    <>
      <div className="paged-table" aria-busy={page.isPlaceholderData}>
        <Table caption={what} columns={columns} rows={page.data.items} keyOf={keyOf} />
      </div>
      <CursorPages label={`Pages of ${what}`} more={more} cursor={cursor} next={page.data.nextCursor} />
    </>
  )
}
