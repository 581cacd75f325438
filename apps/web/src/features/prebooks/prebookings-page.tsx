import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, linkOptions } from '@tanstack/react-router'
import { formatExpectedDate } from '@prebook/client/expected-date'
import { useState, type ReactNode } from 'react'
import type { Prebook } from '@prebook/client'
import { CancelDialog } from './cancel-dialog.tsx'
import { formatQueuePosition } from './queue-position.ts'
import { prebookQuery, waitlistQuery } from './prebook-cache.ts'
import { SuccessorOffer } from './successor-offer.tsx'
import { StatusBadge, statusLabels } from './status-badge.tsx'
import { useCancelling } from './use-cancelling.ts'
import { usePrebooking } from './use-prebooking.ts'
import { queries } from '../../lib/client.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Cover } from '../../ui/cover.tsx'
import { FirstPageLink } from '../../ui/cursor-pages.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { Paged } from '../../ui/paged.tsx'
import { EmptyState, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { prebookingsQuery, type PrebookingsSearch } from './prebookings-route.ts'
import './prebookings-page.css'

const route = getRouteApi('/prebookings')

/** The user's pre-bookings of every status, newest first. */
export function PrebookingsPage() {
  const search = route.useSearch()
  const page = useQuery({ ...prebookingsQuery(search), placeholderData: keepPreviousData })
  return (
    <>
      <PageHead>
        <PageTitle title="My pre-bookings" />
        <StatusFilter />
      </PageHead>
      <Paged
        page={page}
        what="your pre-bookings"
        cursor={search.cursor}
        nextLabel="Older pre-bookings"
        skeleton={
          <>
            <Skeleton className="prebooking-skeleton" />
            <Skeleton className="prebooking-skeleton" />
          </>
        }
        empty={<NoPrebookings {...search} />}
      >
        {(prebooks) => (
          <ul className="prebookings">
            {prebooks.map((prebook, index) => (
              <li key={prebook.id}>
                <Prebooking
                  prebook={prebook}
                  latest={prebooks.findIndex(({ bookId }) => bookId === prebook.bookId) === index}
                />
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </>
  )
}

const filters: { label: string; search: PrebookingsSearch }[] = [
  { label: 'All', search: {} },
  { label: statusLabels.waiting, search: { status: 'waiting' } },
  { label: statusLabels.notified, search: { status: 'notified' } },
  { label: statusLabels.cancelled, search: { status: 'cancelled' } },
]

function StatusFilter() {
  const { status } = route.useSearch()
  return (
    <FilterBar
      label="Filter by status"
      choices={filters.map(({ label, search }) => ({
        label,
        link: linkOptions({ to: '/prebookings', search }),
        current: status === search.status,
      }))}
    />
  )
}

/** @param latest whether this is the newest pre-booking of the book on this page; only that one offers actions */
function Prebooking({ prebook, latest }: { prebook: Prebook; latest: boolean }) {
  const { bookId, bookTitle, bookAuthor, status, createdAt, notifiedAt, cancelledAt, bookExpectedOn } =
    prebook
  return (
    <article className="prebooking" data-status={status}>
      <Link to="/books/$bookId" params={{ bookId }} tabIndex={-1} aria-hidden="true">
        <Cover title={bookTitle} author={bookAuthor} />
      </Link>
      <div className="prebooking-text">
        <div className="prebooking-title">
          <h2>
            <Link to="/books/$bookId" params={{ bookId }}>
              {bookTitle}
            </Link>
          </h2>
          <p>{bookAuthor}</p>
        </div>
        <StatusBadge prebook={prebook} />
        <dl className="prebooking-times">
          <Time what="Pre-booked" time={createdAt} />
          {notifiedAt !== null && <Time what="Back in stock" time={notifiedAt} />}
          {cancelledAt !== null && <Time what="Cancelled" time={cancelledAt} />}
          {bookExpectedOn !== null && <Fact what="Due">{formatExpectedDate(bookExpectedOn)}</Fact>}
        </dl>
        {status === 'waiting' ? (
          <WaitingFoot prebook={prebook} />
        ) : (
          latest && <ClosedFoot prebook={prebook} />
        )}
      </div>
    </article>
  )
}

function Time({ what, time }: { what: string; time: string }) {
  return (
    <Fact what={what}>
      <TimeAgo time={time} />
    </Fact>
  )
}

function Fact({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function WaitingFoot({ prebook }: { prebook: Prebook }) {
  const position = useQuery(prebookQuery(prebook.id)).data?.queuePosition ?? null
  const cancelling = useCancelling(prebook)
  const [confirming, setConfirming] = useState(false)
  return (
    <Foot text={position === null ? '' : `You are ${formatQueuePosition(position)} in the queue.`}>
      <Button
        tone="danger"
        busy={cancelling.isPending}
        onClick={() => setConfirming(true)}
        aria-label={`Cancel: ${prebook.bookTitle}`}
      >
        Cancel
      </Button>
      <CancelDialog
        prebook={prebook}
        position={position}
        open={confirming}
        onKeep={() => setConfirming(false)}
        onCancel={() => {
          setConfirming(false)
          cancelling.mutate()
        }}
      />
    </Foot>
  )
}

/** What a reader can do with a book that they no longer wait for. */
function ClosedFoot({ prebook: { bookId, bookTitle, bookAuthor, status } }: { prebook: Prebook }) {
  const { data } = useQuery(waitlistQuery(bookId))
  const book = useQuery(queries.books.get.queryOptions({ bookId })).data
  const prebooking = usePrebooking({ id: bookId, title: bookTitle, author: bookAuthor })
  if (data === undefined || book === undefined) return null
  if (data.mine !== null) return <Foot text="You are on the waitlist again." />
  if (data.inStock) return <Foot text="It is in stock now. You can buy it in the shop." />
  if (book.withdrawnAt !== null) {
    return (
      <Foot text="It will not come back.">
        {book.successorId !== null && <SuccessorOffer bookId={book.successorId} />}
      </Foot>
    )
  }
  return (
    <Foot text={status === 'notified' ? 'It is sold out again.' : 'It is still sold out.'}>
      <Button
        busy={prebooking.isPending}
        onClick={prebooking.prebook}
        aria-label={`Pre-book again: ${bookTitle}`}
      >
        Pre-book again
      </Button>
    </Foot>
  )
}

function Foot({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="prebooking-foot">
      <p>{text}</p>
      {children}
    </div>
  )
}

function NoPrebookings({ status, cursor }: PrebookingsSearch) {
  if (cursor !== undefined) {
    return (
      <EmptyState title="No older pre-bookings">
        <FirstPageLink />
      </EmptyState>
    )
  }
  switch (status) {
    case 'waiting':
      return (
        <EmptyState title="No waiting pre-bookings">
          <p>Pre-book a sold-out book and it appears here.</p>
          <SoldOutLink />
        </EmptyState>
      )
    case 'notified':
      return (
        <EmptyState title="No books back in stock yet">
          <p>Books you pre-booked appear here the moment they are back in stock.</p>
        </EmptyState>
      )
    case 'cancelled':
      return <EmptyState title="No cancelled pre-bookings" />
    default:
      return (
        <EmptyState title="No pre-bookings yet">
          <p>Pre-book a sold-out book and it appears here, with your place in the queue.</p>
          <SoldOutLink />
        </EmptyState>
      )
  }
}

function SoldOutLink() {
  return (
    <Link to="/" search={{ inStock: false }} className={buttonClass({ tone: 'primary' })}>
      View sold-out books
    </Link>
  )
}
