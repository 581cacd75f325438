import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState, type Ref } from 'react'
import type { Book, PrebookDetail, RouterOutputs } from '@prebook/client'
import { useMe } from '../account/session.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { CancelDialog } from './cancel-dialog.tsx'
import { GuestForm } from './guest-form.tsx'
import { savePendingPrebook, takePendingPrebook } from './pending-prebook.ts'
import { waitingText } from './queue-position.ts'
import { SuccessorOffer } from './successor-offer.tsx'
import { PENDING_ID, waitlistQuery } from './prebook-cache.ts'
import { useCancelling } from './use-cancelling.ts'
import { usePrebooking } from './use-prebooking.ts'
import './prebook-panel.css'

type Waitlist = RouterOutputs['books']['waitlist']

/** What a reader can do with a book now: buy it in the shop, pre-book it or its successor, or see their place in the queue. */
export function PrebookPanel({ book }: { book: Book }) {
  const waitlist = useQuery(waitlistQuery(book.id))
  if (book.inStock || waitlist.data?.inStock === true) return <InStock book={book} />
  if (book.withdrawnAt !== null) return <Withdrawn book={book} />
  if (waitlist.isPending) {
    return (
      <Loading what="the queue">
        <Skeleton className="prebook-panel-skeleton" />
      </Loading>
    )
  }
  if (waitlist.data === undefined) {
    return <ErrorState error={waitlist.error} onRetry={() => void waitlist.refetch()} />
  }
  return <SoldOut book={book} waitlist={waitlist.data} />
}

function InStock({ book: { stockQuantity } }: { book: Book }) {
  return (
    <section className="prebook-panel prebook-panel-good" aria-label="Availability">
      <h2>
        {stockQuantity === 0
          ? 'Back in stock'
          : stockQuantity === 1
            ? 'In stock: 1 copy'
            : `In stock: ${stockQuantity} copies`}
      </h2>
      <p>You can buy it in the shop now. This website only takes pre-bookings.</p>
    </section>
  )
}

function Withdrawn({ book: { successorId } }: { book: Book }) {
  return (
    <section className="prebook-panel prebook-panel-closed" aria-label="Availability">
      <h2>No longer available</h2>
      <p>This book will not come back, so it cannot be pre-booked.</p>
      {successorId !== null && <SuccessorOffer bookId={successorId} />}
    </section>
  )
}

function SoldOut({ book, waitlist: { waiting, mine } }: { book: Book; waitlist: Waitlist }) {
  const me = useMe()
  const prebooking = usePrebooking(book)
  const [cancelled, setCancelled] = useState(false)
  const moveFocus = useRef(false)
  const button = useRef<HTMLButtonElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const isWaiting = mine !== null

  useEffect(() => {
    // The reader pressed the button before signing in.
    if (me === undefined || !takePendingPrebook(book.id) || me === null || isWaiting) return
    prebooking.prebook()
    // oxlint-disable-next-line react/exhaustive-deps -- only once for each user
  }, [me?.id])

  useEffect(() => {
    // The pressed button is gone. Move the focus to the element that shows the result.
    if (moveFocus.current) (isWaiting ? heading : button).current?.focus()
    moveFocus.current = false
  }, [isWaiting])

  return (
    <>
      {mine === null ? (
        <Offer
          buttonRef={button}
          book={book}
          waiting={waiting}
          again={cancelled}
          busy={prebooking.isPending}
          onPrebook={() => {
            moveFocus.current = true
            prebooking.prebook()
          }}
        />
      ) : (
        <Waiting
          headingRef={heading}
          waiting={waiting}
          mine={mine}
          onCancel={() => {
            moveFocus.current = true
            setCancelled(true)
          }}
        />
      )}
    </>
  )
}

function Offer({
  book,
  waiting,
  again,
  busy,
  onPrebook,
  buttonRef,
}: {
  book: Book
  waiting: Waitlist['waiting']
  /** Whether the reader has just cancelled. */
  again: boolean
  busy: boolean
  onPrebook: () => void
  buttonRef: Ref<HTMLButtonElement>
}) {
  const me = useMe()
  const navigate = useNavigate()
  const href = useRouterState({ select: ({ location }) => location.href })
  if (me === null) {
    return (
      <section className="prebook-panel" aria-label="Pre-book">
        <p className="prebook-panel-waiting">{waitingText(waiting)}</p>
        <GuestForm book={book} />
        <div className="prebook-panel-account">
          <p className="prebook-panel-aside">
            With an account you see your place in the queue here. You will be asked to sign in or create one.
            We then make the pre-booking for you.
          </p>
          <Button
            ref={buttonRef}
            onClick={() => {
              savePendingPrebook(book.id)
              void navigate({ to: '/sign-in', search: { redirect: href } })
            }}
          >
            Pre-book with an account
          </Button>
        </div>
      </section>
    )
  }
  return (
    <section className="prebook-panel" aria-label="Pre-book">
      <Button ref={buttonRef} tone="primary" size="large" busy={busy || me === undefined} onClick={onPrebook}>
        {again ? 'Pre-book again' : 'Pre-book'}
      </Button>
      <p className="prebook-panel-waiting">{waitingText(waiting)}</p>
      <p>
        We will notify you here and by e-mail the moment it is back in stock. Pre-booking is free, with no
        obligation to buy.
      </p>
    </section>
  )
}

function Waiting({
  waiting,
  mine,
  onCancel,
  headingRef,
}: {
  waiting: Waitlist['waiting']
  mine: PrebookDetail
  onCancel: () => void
  headingRef: Ref<HTMLHeadingElement>
}) {
  const me = useMe()
  const cancelling = useCancelling(mine)
  const [confirming, setConfirming] = useState(false)
  const position = mine.queuePosition
  return (
    <section className="prebook-panel prebook-panel-mine" aria-label="Your pre-booking">
      <h2 ref={headingRef} tabIndex={-1}>
        You are on the waitlist
      </h2>
      <p className="prebook-panel-place" role="status">
        <strong>
          {position === null ? '…' : position === '1000+' ? '1,000+' : position.toLocaleString('en')}
        </strong>
        <span>
          your place in the queue
          {waiting !== 0 && (
            <>, of {typeof waiting === 'number' ? waiting.toLocaleString('en') : 'more than 1,000'}</>
          )}
        </span>
      </p>
      <p>
        {me?.mailOptOut === true ? (
          <>
            We will notify you here the moment it is back in stock. Your e-mail notifications are off:{' '}
            <Link to="/account">turn them on</Link> to get an e-mail too.
          </>
        ) : (
          'We will notify you here and by e-mail the moment it is back in stock. There is no obligation to buy.'
        )}
      </p>
      <p className="prebook-panel-aside">
        Pre-booked <TimeAgo time={mine.createdAt} />
      </p>
      <div className="prebook-panel-actions">
        <Link to="/prebookings" className={buttonClass({})}>
          My pre-bookings
        </Link>
        <Button
          tone="danger"
          busy={mine.id === PENDING_ID || cancelling.isPending}
          onClick={() => setConfirming(true)}
        >
          Cancel
        </Button>
      </div>
      <CancelDialog
        prebook={mine}
        position={position}
        open={confirming}
        onKeep={() => setConfirming(false)}
        onCancel={() => {
          setConfirming(false)
          onCancel()
          cancelling.mutate()
        }}
      />
    </section>
  )
}
