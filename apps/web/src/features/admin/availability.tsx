import { formatExpectedDate } from '@prebook/client/expected-date'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { Book } from '@prebook/client'
import { ExpectedDateForm } from './expected-date-form.tsx'
import { refreshStock } from './stock-changes.ts'
import { useOneAtATime } from './use-one-at-a-time.ts'
import { WithdrawDialog } from './withdraw-dialog.tsx'
import { notify, notifyFailure } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { onDay } from '../../lib/times.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'

/** When a book is expected, and whether it was withdrawn; each can be changed. */
export function Availability({ book }: { book: Book }) {
  return (
    <div className="admin-book">
      {book.withdrawnAt === null && <ExpectedDate book={book} />}
      <Withdrawal book={book} />
    </div>
  )
}

function ExpectedDate({ book }: { book: Book }) {
  const { data } = useQuery(queries.books.overdue.queryOptions({ bookId: book.id }))
  const overdue = data?.items[0]
  const [removals, setRemovals] = useState(0)
  const { heading, moveFocus } = useHeadingFocus([removals])
  return (
    <div className="admin-availability">
      <h3 ref={heading} tabIndex={-1}>
        Expected date
      </h3>
      {overdue === undefined ? (
        <p>{expectedText(book)}</p>
      ) : (
        <p>
          Was due: {formatExpectedDate(overdue.expectedOn)}. <Badge tone="bad">Overdue</Badge>
        </p>
      )}
      <ExpectedDateForm
        // Empty again once the date was removed.
        key={removals}
        book={book}
        overdue={overdue !== undefined}
        onRemoved={() => {
          moveFocus()
          setRemovals(removals + 1)
        }}
      />
    </div>
  )
}

function expectedText({ inStock, expectedOn }: Book): string {
  if (expectedOn === null) return 'Readers see no date.'
  const date = formatExpectedDate(expectedOn)
  return inStock ? `${date}. Readers see it once the book is sold out.` : `Readers see: ${date}.`
}

function Withdrawal({ book }: { book: Book }) {
  const queryClient = useQueryClient()
  const [open, setOpen] = useState(false)
  const { successorId, withdrawnAt } = book
  const successor =
    useQuery({
      ...queries.books.get.queryOptions({ bookId: successorId ?? book.id }),
      enabled: successorId !== null,
    }).data ?? null
  const { heading, moveFocus } = useHeadingFocus([withdrawnAt, open])
  const reinstating = useMutation({
    mutationFn: () => client.books.reinstate.mutate({ bookId: book.id }),
    onSuccess: async ({ title }) => {
      moveFocus()
      await refreshStock(queryClient)
      notify({ tone: 'good', title: `${title} was reinstated` })
    },
    onError: notifyFailure,
  })
  const reinstate = useOneAtATime(reinstating)
  return (
    <div className="admin-availability">
      <h3 ref={heading} tabIndex={-1}>
        Withdrawal
      </h3>
      {withdrawnAt === null ? (
        <>
          <p>
            Withdraw a book that will not come back. Its pre-bookings are cancelled, their readers are
            notified, and it cannot be pre-booked.
          </p>
          <Button tone="danger" onClick={() => setOpen(true)}>
            Withdraw
          </Button>
        </>
      ) : (
        <>
          <p>
            Withdrawn on {onDay(withdrawnAt)}.{' '}
            {book.inStock && 'It can be sold, but not pre-booked afterwards. '}
            {successorId === null ? 'It has no successor.' : 'Its successor is '}
            {successor !== null && successorId !== null && (
              <>
                <Link to="/admin/books/$bookId" params={{ bookId: successorId }}>
                  {successor.title}
                </Link>
                .
              </>
            )}
          </p>
          <div className="admin-actions">
            <Button busy={reinstating.isPending} onClick={reinstate}>
              Reinstate
            </Button>
            <Button onClick={() => setOpen(true)}>
              {successorId === null ? 'Name a successor' : 'Change successor'}
            </Button>
          </div>
        </>
      )}
      {open && (successorId === null || successor !== null) && (
        <WithdrawDialog
          book={book}
          successor={successorId === null ? null : successor}
          onClose={() => {
            moveFocus()
            setOpen(false)
          }}
        />
      )}
    </div>
  )
}

/** Moves the focus to a heading when the pressed button is gone after one of the changes. */
function useHeadingFocus(changes: readonly unknown[]) {
  const heading = useRef<HTMLHeadingElement>(null)
  const wanted = useRef(false)
  useEffect(() => {
    if (wanted.current && (document.activeElement ?? document.body) === document.body)
      heading.current?.focus()
    wanted.current = false
    // oxlint-disable-next-line react/exhaustive-deps -- the caller names them
  }, changes)
  return {
    heading,
    moveFocus: () => {
      wanted.current = true
    },
  }
}
