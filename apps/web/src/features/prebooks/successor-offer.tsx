import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { Book } from '@prebook/client'
import { useMe } from '../account/session.ts'
import { queries } from '../../lib/client.ts'
import { Button } from '../../ui/button.tsx'
import { savePendingPrebook } from './pending-prebook.ts'
import { waitlistQuery } from './prebook-cache.ts'
import { usePrebooking } from './use-prebooking.ts'
import './successor-offer.css'

/** The book that the shop offers instead of a withdrawn one. One click pre-books it, unless it is in stock. */
export function SuccessorOffer({ bookId }: { bookId: number }) {
  const book = useQuery(queries.books.get.queryOptions({ bookId })).data
  const waitlist = useQuery(waitlistQuery(bookId)).data
  const link = useRef<HTMLAnchorElement>(null)
  const moveFocus = useRef(false)
  const isWaiting = waitlist !== undefined && waitlist.mine !== null

  useEffect(() => {
    // The pressed button is gone.
    if (moveFocus.current && isWaiting) link.current?.focus()
    moveFocus.current = false
  }, [isWaiting])

  // Without the successor, the page still says that the book was withdrawn.
  if (book === undefined || waitlist === undefined) return null
  const inStock = book.inStock || waitlist.inStock
  const state = inStock
    ? 'in stock'
    : isWaiting
      ? 'waiting'
      : book.withdrawnAt === null
        ? 'sold out'
        : 'withdrawn'
  return (
    <div className="successor">
      <p>
        The shop offers{' '}
        <Link ref={link} to="/books/$bookId" params={{ bookId }}>
          {book.title}
        </Link>{' '}
        by {book.author} instead.
      </p>
      {state === 'sold out' ? (
        <PrebookSuccessor book={book} onPrebook={() => (moveFocus.current = true)} />
      ) : (
        <p role="status">{stateTexts[state]}</p>
      )}
    </div>
  )
}

const stateTexts = {
  'in stock': 'It is in stock. You can buy it in the shop now.',
  waiting: 'You are on its waitlist.',
  withdrawn: 'It is no longer available either.',
}

function PrebookSuccessor({ book, onPrebook }: { book: Book; onPrebook: () => void }) {
  const me = useMe()
  const navigate = useNavigate()
  const prebooking = usePrebooking(book)
  return (
    <Button
      tone="primary"
      aria-label={`Pre-book it: ${book.title}`}
      busy={prebooking.isPending || me === undefined}
      onClick={() => {
        if (me !== null) {
          onPrebook()
          return prebooking.prebook()
        }
        // The page of the successor makes the pre-booking after the sign-in.
        savePendingPrebook(book.id)
        void navigate({ to: '/sign-in', search: { redirect: `/books/${book.id}` } })
      }}
    >
      Pre-book it
    </Button>
  )
}
