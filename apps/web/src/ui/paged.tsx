import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { CursorPages, FirstPageLink } from './cursor-pages.tsx'
import { ErrorState, Loading } from './states.tsx'
import './paged.css'

/** A page of a list whose address holds `cursor`, in each of its states. */
export function Paged<Row>({
  page,
  what,
  cursor,
  more,
  skeleton,
  empty,
  children,
}: {
  page: UseQueryResult<{ items: Row[]; nextCursor: string | null }>
  /** What the list is: `books`. */
  what: string
  cursor: string | undefined
  /** The words on the link to the next page. */
  more: string
  /** What stands there until there is something. */
  skeleton: ReactNode
  /** What to show when there is no row. */
  empty: ReactNode
  children: (rows: Row[]) => ReactNode
}) {
  // What was shown once stays on the screen when asking again fails.
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
      <CursorPages label={`Pages of ${what}`} more={more} cursor={cursor} next={page.data.nextCursor} />
    </>
  )
}
