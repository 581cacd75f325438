import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState, type Ref } from 'react'
import type { Book, PrebookDetail, RouterOutputs } from '@prebook/client'
import { useMe } from '../account/session.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { CancelDialog } from './cancel-dialog.tsx'
import { noteIntent, takeIntent } from './intent.ts'
import { crowdInWords } from './queue-position.ts'
import { NOT_YET, waitlistQuery } from './prebook-cache.ts'
import { useCancelling } from './use-cancelling.ts'
import { usePrebooking } from './use-prebooking.ts'
import './prebook-panel.css'

type Waitlist = RouterOutputs['books']['waitlist']

/** What a reader can do about a book now: buy it in the shop, pre-book it, or look after their place in the queue. */
export function PrebookPanel({ book }: { book: Book }) {
  const waitlist = useQuery(waitlistQuery(book.id))
  if (book.inStock || waitlist.data?.inStock === true) return <InStock book={book} />
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
    <section className="prebook-panel prebook-panel-good" aria-label="How to get it">
      <h2>
        {stockQuantity === 0
          ? 'Back in stock'
          : stockQuantity === 1
            ? 'In stock: one copy'
            : `In stock: ${stockQuantity} copies`}
      </h2>
      <p>No need to pre-book: come by the shop and take it home. Nothing is sold on this page.</p>
    </section>
  )
}

function SoldOut({ book, waitlist: { waiting, mine } }: { book: Book; waitlist: Waitlist }) {
  const me = useMe()
  const prebooking = usePrebooking(book)
  const [cancelled, setCancelled] = useState(false)
  const acted = useRef(false)
  const button = useRef<HTMLButtonElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const waits = mine !== null

  useEffect(() => {
    // Who signed in to pre-book has said so before.
    if (me === undefined || !takeIntent(book.id) || me === null || waits) return
    prebooking.prebook()
    // oxlint-disable-next-line react/exhaustive-deps -- once for who arrives
  }, [me?.id])

  useEffect(() => {
    // The button that was pressed is gone: the keyboard goes on where its work shows.
    if (acted.current) (waits ? heading : button).current?.focus()
    acted.current = false
  }, [waits])

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
            acted.current = true
            prebooking.prebook()
          }}
        />
      ) : (
        <Waiting
          headingRef={heading}
          waiting={waiting}
          mine={mine}
          onCancel={() => {
            acted.current = true
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
  /** Whether they have just given up a place. */
  again: boolean
  busy: boolean
  onPrebook: () => void
  buttonRef: Ref<HTMLButtonElement>
}) {
  const me = useMe()
  const navigate = useNavigate()
  const here = useRouterState({ select: ({ location }) => location.href })
  return (
    <section className="prebook-panel" aria-label="Pre-book">
      <Button
        ref={buttonRef}
        tone="primary"
        size="large"
        busy={busy || me === undefined}
        onClick={() => {
          if (me !== null) return onPrebook()
          noteIntent(book.id)
          void navigate({ to: '/sign-in', search: { redirect: here } })
        }}
      >
        {again ? 'Pre-book again' : 'Pre-book'}
      </Button>
      <p className="prebook-panel-crowd">{crowdInWords(waiting)}</p>
      <p>
        The moment it is back, you are told, here and by e-mail. It costs nothing, and you need not buy it
        then.
      </p>
      {me === null && (
        <p className="prebook-panel-aside">
          You sign in or open an account on the way; the pre-booking is made as soon as you have.
        </p>
      )}
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
  const [asking, setAsking] = useState(false)
  const place = mine.queuePosition
  return (
    <section className="prebook-panel prebook-panel-mine" aria-label="Your pre-booking">
      <h2 ref={headingRef} tabIndex={-1}>
        You are on the list
      </h2>
      <p className="prebook-panel-place" role="status">
        <strong>{place === null ? '…' : place === '1000+' ? '1,000+' : place.toLocaleString('en')}</strong>
        <span>
          your place in the queue
          {waiting !== 0 && (
            <>, of {typeof waiting === 'number' ? waiting.toLocaleString('en') : 'over 1,000'}</>
          )}
        </span>
      </p>
      <p>
        {me?.mailOptOut === true ? (
          <>
            You are told here the moment it is back. E-mails to you are off:{' '}
            <Link to="/account">turn them on</Link> to hear of it elsewhere.
          </>
        ) : (
          'You are told the moment it is back, here and by e-mail. You need not buy it then.'
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
          busy={mine.id === NOT_YET || cancelling.isPending}
          onClick={() => setAsking(true)}
        >
          Cancel
        </Button>
      </div>
      <CancelDialog
        prebook={mine}
        place={place}
        open={asking}
        onKeep={() => setAsking(false)}
        onCancel={() => {
          setAsking(false)
          onCancel()
          cancelling.mutate()
        }}
      />
    </section>
  )
}
