import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { CursorPages, FirstPageLink } from './cursor-pages.tsx'
import { ErrorState, Loading } from './states.tsx'
import './paged.css'

/** A page of a list in each of its states: loading, failed, empty or with rows. The address holds `cursor`. */
export function Paged<Row>({
  page,
  what,
  cursor,
  nextLabel,
  skeleton,
  empty,
  children,
}: {
  page: UseQueryResult<{ items: Row[]; nextCursor: string | null }>
  /** Name of the list, such as `books`. */
  what: string
  cursor: string | undefined
  /** Text of the link to the next page. */
  nextLabel: string
  /** Shown while the page loads. */
  skeleton: ReactNode
  /** Shown when there are no rows. */
  empty: ReactNode
  children: (rows: Row[]) => ReactNode
}) {
  // Rows that were already loaded stay on the screen when a refetch fails.
  if (page.data === undefined) {
    return page.isError ? (
      <ErrorState error={page.error} onRetry={() => void page.refetch()}>
        {cursor !== undefined && <FirstPageLink />}
      </ErrorState>
    ) : (
      <Loading what={what}>{skeleton}</Loading>
    )
  }
  if (page.data.items.length === 0) return empty
  return (
    <>
      <div className="paged" aria-busy={page.isPlaceholderData}>
        {children(page.data.items)}
      </div>
      <CursorPages
        label={`Pages of ${what}`}
        nextLabel={nextLabel}
        cursor={cursor}
        next={page.data.nextCursor}
      />
    </>
  )
}
