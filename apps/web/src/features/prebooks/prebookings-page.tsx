import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, linkOptions } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { Prebook } from '@prebook/client'
import { CancelDialog } from './cancel-dialog.tsx'
import { queuePositionInWords } from './queue-position.ts'
import { prebookQuery, waitlistQuery } from './prebook-cache.ts'
import { StatusBadge, statusWords } from './status-badge.tsx'
import { useCancelling } from './use-cancelling.ts'
import { usePrebooking } from './use-prebooking.ts'
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

/** What one waits for, what came back, and what one gave up; newest first. */
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
        more="Older ones"
        skeleton={
          <>
            <Skeleton className="prebooking-skeleton" />
            <Skeleton className="prebooking-skeleton" />
          </>
        }
        empty={<Nothing {...search} />}
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
  { label: statusWords.waiting, search: { status: 'waiting' } },
  { label: statusWords.notified, search: { status: 'notified' } },
  { label: statusWords.cancelled, search: { status: 'cancelled' } },
]

function StatusFilter() {
  const { status } = route.useSearch()
  return (
    <FilterBar
      label="Which pre-bookings"
      choices={filters.map(({ label, search }) => ({
        label,
        link: linkOptions({ to: '/prebookings', search }),
        current: status === search.status,
      }))}
    />
  )
}

/** @param latest whether no newer one here is for the same book: only that one leads on */
function Prebooking({ prebook, latest }: { prebook: Prebook; latest: boolean }) {
  const { bookId, bookTitle, bookAuthor, status, createdAt, notifiedAt, cancelledAt } = prebook
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
        <StatusBadge status={status} />
        <dl className="prebooking-times">
          <When what="Pre-booked" time={createdAt} />
          {notifiedAt !== null && <When what="Back in stock" time={notifiedAt} />}
          {cancelledAt !== null && <When what="Cancelled" time={cancelledAt} />}
        </dl>
        {status === 'waiting' ? (
          <InTheQueue prebook={prebook} />
        ) : (
          latest && <AfterTheQueue prebook={prebook} />
        )}
      </div>
    </article>
  )
}

function When({ what, time }: { what: string; time: string }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>
        <TimeAgo time={time} />
      </dd>
    </div>
  )
}

function InTheQueue({ prebook }: { prebook: Prebook }) {
  const place = useQuery(prebookQuery(prebook.id)).data?.queuePosition ?? null
  const cancelling = useCancelling(prebook)
  const [asking, setAsking] = useState(false)
  return (
    <Foot words={place === null ? '' : `You are ${queuePositionInWords(place)} in the queue.`}>
      <Button
        tone="danger"
        busy={cancelling.isPending}
        onClick={() => setAsking(true)}
        aria-label={`Cancel: ${prebook.bookTitle}`}
      >
        Cancel
      </Button>
      <CancelDialog
        prebook={prebook}
        place={place}
        open={asking}
        onKeep={() => setAsking(false)}
        onCancel={() => {
          setAsking(false)
          cancelling.mutate()
        }}
      />
    </Foot>
  )
}

/** What can be done about a book that one does not wait for any more. */
function AfterTheQueue({ prebook: { bookId, bookTitle, bookAuthor, status } }: { prebook: Prebook }) {
  const { data } = useQuery(waitlistQuery(bookId))
  const prebooking = usePrebooking({ id: bookId, title: bookTitle, author: bookAuthor })
  if (data === undefined) return null
  if (data.mine !== null) return <Foot words="You wait for it again." />
  if (data.inStock) return <Foot words="It is in stock now: come by the shop." />
  return (
    <Foot words={status === 'notified' ? 'It is sold out again.' : 'It is still sold out.'}>
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

function Foot({ words, children }: { words: string; children?: ReactNode }) {
  return (
    <div className="prebooking-foot">
      <p>{words}</p>
      {children}
    </div>
  )
}

function Nothing({ status, cursor }: PrebookingsSearch) {
  if (cursor !== undefined) {
    return (
      <EmptyState title="There are no older ones">
        <FirstPageLink />
      </EmptyState>
    )
  }
  switch (status) {
    case 'waiting':
      return (
        <EmptyState title="You wait for nothing">
          <p>Find a book that is sold out, and pre-book it.</p>
          <SoldOutLink />
        </EmptyState>
      )
    case 'notified':
      return (
        <EmptyState title="Nothing has come back yet">
          <p>The moment a book that you wait for is back, it is here.</p>
        </EmptyState>
      )
    case 'cancelled':
      return <EmptyState title="You have cancelled nothing" />
    default:
      return (
        <EmptyState title="You have pre-booked nothing yet">
          <p>When a book is sold out, pre-book it: it will be listed here, with your place in the queue.</p>
          <SoldOutLink />
        </EmptyState>
      )
  }
}

function SoldOutLink() {
  return (
    <Link to="/" search={{ inStock: false }} className={buttonClass({ tone: 'primary' })}>
      See what is sold out
    </Link>
  )
}
