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
import { reasonTexts } from '../../lib/reasons.ts'
import type { FailureText } from '../../lib/failure-text.ts'
import { deltaRule, quantityRule, wholeNumberOf } from './book-rules.ts'
import { copies, readers } from './counts.ts'
import { newRequestKey } from './request-key.ts'
import { StockPreview } from './stock-preview.tsx'
import { refreshStock } from './stock-changes.ts'
import './restock-dialog.css'

/** The book, with the stock that the admin saw when they opened the dialog. */
export type StockedBook = Pick<Book, 'id' | 'title' | 'stockQuantity'>

type StockChange = RouterOutputs['stock']['set']
type Mode = 'delta' | 'quantity'

const NOTE_MAX = 500

/**
 * Changes the stock of a book: previews the effect, refuses when the stock differs from what the admin saw, and shows the
 * outcome. Each opening mounts a new dialog with one idempotency key, so that sending twice changes the stock once.
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
  const [resolved, setResolved] = useState<FailureText | null>(null)
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
    fieldByReason: { STOCK_NEGATIVE: mode },
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
        // Also after an error: another admin may have changed the stock.
        void refreshStock(queryClient)
      }
    },
  })
  const failure = form.failure === resolved ? null : form.failure
  // Without a response, the change may have been applied. A different stock is then ours, not a conflict.
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
              {now === 0 ? 'Restock' : 'Change stock'}
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
            {seen === 0
              ? 'This book is sold out.'
              : `There ${seen === 1 ? 'is' : 'are'} ${copies(seen)} in stock.`}
          </p>
          <fieldset className="restock-modes">
            <legend className="visually-hidden">Type of change</legend>
            <label>
              <input type="radio" name="mode" checked={mode === 'delta'} onChange={() => setMode('delta')} />
              Add or remove copies
            </label>
            <label>
              <input
                type="radio"
                name="mode"
                checked={mode === 'quantity'}
                onChange={() => setMode('quantity')}
              />
              Set the quantity
            </label>
          </fieldset>
          <Field
            key={mode}
            {...form.field(mode)}
            label={mode === 'delta' ? 'Copies to add' : 'Copies in stock'}
            hint={mode === 'delta' ? 'Use a minus sign to remove copies.' : undefined}
            autoComplete="off"
            inputMode={mode === 'delta' ? 'text' : 'numeric'}
          />
          <Field
            {...form.field('note')}
            label="Note (optional)"
            hint="Shown to admins in the stock history."
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
                <strong>{reasonTexts.STOCK_CONFLICT.title}.</strong> It was {seen} when you opened this dialog
                and is {now} now.
              </p>
              <Button
                onClick={() => {
                  setSeen(now)
                  setResolved(form.failure)
                }}
              >
                Continue from {now}
              </Button>
            </div>
          ) : (
            <FailureNote failure={failure}>
              {unanswered && ' You can safely send it again: the change is made only once.'}
            </FailureNote>
          )}
        </form>
      ) : (
        <Outcome {...outcome} />
      )}
    </Dialog>
  )
}

/** Takes the focus when it replaces the submit button. */
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
      <p className="restock-notified">
        {broadcast === null ? 'No readers were waiting.' : `${readers(broadcast.notified)} notified`}
        {broadcast !== null && <span> at {atTime(broadcast.notifiedAt)}</span>}
      </p>
      <p>
        {movement === null
          ? `The stock was already ${copies(book.stockQuantity)}: nothing changed.`
          : `From ${movement.quantityAfter - movement.delta} to ${copies(movement.quantityAfter)}.`}
      </p>
      {broadcast !== null && broadcast.notified > 0 && (
        <p>
          The e-mails are queued. <Link to="/admin/deliveries">View deliveries</Link>
        </p>
      )}
    </div>
  )
}
