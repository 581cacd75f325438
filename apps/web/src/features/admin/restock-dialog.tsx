import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import type { Book, RouterOutputs } from '@prebook/client'
import { useForm } from '../../lib/use-form.ts'
import { client, queries } from '../../lib/client.ts'
import { atTime } from '../../lib/times.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Field } from '../../ui/field.tsx'
import { reasonWords } from '../../lib/reasons.ts'
import type { FailureWords } from '../../lib/failure-words.ts'
import { deltaRule, quantityRule, wholeNumberOf } from './book-rules.ts'
import { copies, readers } from './counted.ts'
import { newRequestKey } from './request-key.ts'
import { StockPreview } from './stock-preview.tsx'
import { refreshStock } from './stock-changes.ts'
import './restock-dialog.css'

/** What the dialog starts from: the book, and the stock that the admin saw when they opened it. */
export type StockedBook = Pick<Book, 'id' | 'title' | 'stockQuantity'>

type StockChange = RouterOutputs['stock']['set']
type Mode = 'delta' | 'quantity'

const NOTE_MAX = 500

/**
 * Changes the stock of a book: says beforehand what would happen, refuses when the stock is not what the admin saw, and
 * afterwards tells what happened. Made anew for each opening: one opening is one change, however often it is sent.
 */
export function RestockDialog({
  book,
  open,
  onClose,
}: {
  book: StockedBook
  open: boolean
  onClose: () => void
}) {
  const [outcome, setOutcome] = useState<StockChange | null>(null)
  const id = useId()
  const queryClient = useQueryClient()
  const [idempotencyKey] = useState(newRequestKey)
  const [mode, setMode] = useState<Mode>('delta')
  const [seen, setSeen] = useState(book.stockQuantity)
  const [dealtWith, setDealtWith] = useState<FailureWords | null>(null)
  const now =
    useQuery({
      ...queries.books.get.queryOptions({ bookId: book.id }),
      enabled: open && outcome === null,
      staleTime: 0,
    }).data?.stockQuantity ?? seen
  const form = useForm({
    rules: {
      delta: (value) => (mode === 'delta' ? deltaRule(value) : null),
      quantity: (value) => (mode === 'quantity' ? quantityRule(value) : null),
      note: (value) => (value.length > NOTE_MAX ? `Must have at most ${NOTE_MAX} characters.` : null),
    },
    beside: { STOCK_NEGATIVE: mode },
    send: async ({ delta, quantity, note }) => {
      const change = {
        bookId: book.id,
        expectedQuantity: seen,
        note: note.trim() === '' ? null : note,
        idempotencyKey,
      }
      try {
        setOutcome(
          mode === 'delta'
            ? await client.stock.adjust.mutate({ ...change, delta: wholeNumberOf(delta) ?? 0 })
            : await client.stock.set.mutate({ ...change, quantity: wholeNumberOf(quantity) ?? 0 }),
        )
      } finally {
        // After a refusal too: it may be because of what somebody else did.
        void refreshStock(queryClient)
      }
    },
  })
  const failure = form.failure === dealtWith ? null : form.failure
  // Without an answer the change may have been made: then it is our own that is seen here, and sending it again is right.
  const unanswered = failure !== null && failure.reason === null
  const conflict = now !== seen && !form.busy && !unanswered
  const amount = wholeNumberOf(form.values[mode])
  const valid = (mode === 'delta' ? deltaRule : quantityRule)(form.values[mode]) === null
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={book.title}
      actions={
        outcome === null ? (
          <>
            <Button onClick={onClose}>Close</Button>
            <Button type="submit" form={`${id}-form`} tone="primary" busy={form.busy}>
              {now === 0 ? 'Restock' : 'Change the stock'}
            </Button>
          </>
        ) : (
          <DoneButton onClick={onClose} />
        )
      }
    >
      {outcome === null ? (
        <form
          id={`${id}-form`}
          method="post"
          noValidate
          className="restock"
          onSubmit={form.onSubmit}
          aria-busy={form.busy}
        >
          <p>
            {seen === 0 ? 'It is sold out.' : `There ${seen === 1 ? 'is' : 'are'} ${copies(seen)} in stock.`}
          </p>
          <fieldset className="restock-modes">
            <legend className="visually-hidden">How to say it</legend>
            <label>
              <input type="radio" name="mode" checked={mode === 'delta'} onChange={() => setMode('delta')} />
              Copies came in
            </label>
            <label>
              <input
                type="radio"
                name="mode"
                checked={mode === 'quantity'}
                onChange={() => setMode('quantity')}
              />
              I have counted
            </label>
          </fieldset>
          <Field
            key={mode}
            {...form.field(mode)}
            label={mode === 'delta' ? 'How many came in' : 'How many are on the shelf'}
            hint={mode === 'delta' ? 'With a minus for copies that went.' : undefined}
            autoComplete="off"
            inputMode={mode === 'delta' ? 'text' : 'numeric'}
          />
          <Field
            {...form.field('note')}
            label="Note, if you like"
            hint="Other admins read it in the book’s history."
            autoComplete="off"
            maxLength={NOTE_MAX}
          />
          <StockPreview
            bookId={book.id}
            change={
              !valid || amount === null ? null : mode === 'delta' ? { delta: amount } : { quantity: amount }
            }
            active={open && !form.busy}
          />
          {conflict ? (
            <div role="alert" className="failure-note">
              <p>
                <strong>{reasonWords.STOCK_CONFLICT.title}.</strong> It was {seen} when you looked; now it is{' '}
                {now}.
              </p>
              <Button
                onClick={() => {
                  setSeen(now)
                  setDealtWith(form.failure)
                }}
              >
                Go on from {now}
              </Button>
            </div>
          ) : (
            <FailureNote failure={failure}>
              {unanswered && ' Sending it again is safe: it counts once.'}
            </FailureNote>
          )}
        </form>
      ) : (
        <Outcome {...outcome} />
      )}
    </Dialog>
  )
}

/** Takes the keyboard from the button that was there before. */
function DoneButton({ onClick }: { onClick: () => void }) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => button.current?.focus(), [])
  return (
    <Button ref={button} tone="primary" onClick={onClick}>
      Done
    </Button>
  )
}

function Outcome({ book, broadcast, movement }: StockChange) {
  return (
    <div role="status" className="restock-outcome">
      <p className="restock-told">
        {broadcast === null ? 'Nobody had to be told.' : `Told ${readers(broadcast.notified)}`}
        {broadcast !== null && <span> at {atTime(broadcast.notifiedAt)}</span>}
      </p>
      <p>
        {movement === null
          ? `There were ${copies(book.stockQuantity)} already: nothing has changed.`
          : `From ${movement.quantityAfter - movement.delta} to ${copies(movement.quantityAfter)}.`}
      </p>
      {broadcast !== null && broadcast.notified > 0 && (
        <p>
          The e-mails go out now. <Link to="/admin/deliveries">See the deliveries</Link>
        </p>
      )}
    </div>
  )
}
