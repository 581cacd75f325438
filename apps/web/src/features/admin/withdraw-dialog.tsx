import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import type { Book } from '@prebook/client'
import { limits } from '@prebook/client/limits'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { describeFailure } from '../../lib/failure-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Field } from '../../ui/field.tsx'
import { BookPicker } from './book-picker.tsx'
import { copies, readers } from './counts.ts'
import { refreshStock } from './stock-changes.ts'
import { useOneAtATime } from './use-one-at-a-time.ts'
import './withdraw-dialog.css'

/** Poll interval in milliseconds: the number of waiting readers changes meanwhile. */
const REFETCH_MS = 5_000

type Step = 'details' | 'confirmation'

/**
 * Withdraws a book in two steps: how many readers are notified, the successor and a note; then a confirmation, because
 * cancelled pre-bookings stay cancelled. Of a book that is withdrawn already, it changes the successor.
 */
export function WithdrawDialog({
  book,
  successor,
  onClose,
}: {
  book: Book
  /** The present successor of a withdrawn book. */
  successor: Book | null
  onClose: () => void
}) {
  const id = useId()
  const queryClient = useQueryClient()
  const [chosen, setChosen] = useState(successor)
  const [isUnchosen, setIsUnchosen] = useState(false)
  const [note, setNote] = useState('')
  const [step, setStep] = useState<Step>('details')
  const isWithdrawn = book.withdrawnAt !== null
  const input = { bookId: book.id, successorId: chosen?.id ?? null }
  const preview = useQuery({
    ...queries.books.previewWithdrawal.queryOptions(input),
    staleTime: 0,
    // The number of readers does not depend on the successor.
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
  })
  const withdrawal = useMutation({
    mutationFn: () =>
      client.books.withdraw.mutate({ ...input, ...(note.trim() !== '' && { note: note.trim() }) }),
    onSuccess: async ({ waitlistClosed }) => {
      // Refetch before closing, so that the focus returns to the button of the updated page.
      await refreshStock(queryClient)
      onClose()
      notify({
        tone: 'good',
        title: isWithdrawn ? `The successor of ${book.title} was changed` : `${book.title} was withdrawn`,
        ...(waitlistClosed !== null && { body: `${readers(waitlistClosed.cancelled)} notified.` }),
      })
    },
    onError: () => setStep('details'),
  })
  const withdraw = useOneAtATime(withdrawal)
  const failure = describeFailureOf(withdrawal.error ?? preview.error)
  const successorError = failure?.issues.find(({ path }) => path === 'successorId')?.message
  const waiting = preview.data?.waiting
  return (
    <Dialog
      open
      onClose={onClose}
      title={isWithdrawn ? `Successor of ${book.title}` : `Withdraw ${book.title}?`}
      actions={
        step === 'details' ? (
          <>
            <Button onClick={onClose}>Close</Button>
            <Button
              type="submit"
              form={`${id}-form`}
              tone={isWithdrawn ? 'primary' : 'danger'}
              busy={withdrawal.isPending || preview.isPending}
            >
              {isWithdrawn ? 'Save' : 'Continue'}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => setStep('details')}>Back</Button>
            <FocusedDanger busy={withdrawal.isPending} onClick={withdraw}>
              {waiting === undefined || waiting === 0
                ? 'Withdraw'
                : `Withdraw and notify ${readers(waiting)}`}
            </FocusedDanger>
          </>
        )
      }
    >
      {step === 'details' ? (
        <form
          id={`${id}-form`}
          method="post"
          noValidate
          className="withdraw"
          onInput={() => setIsUnchosen(false)}
          onSubmit={(event) => {
            event.preventDefault()
            // Text without a choice would be lost, and the book withdrawn without its successor.
            const typed = event.currentTarget.querySelector<HTMLInputElement>('input[name="successor"]')
            if (typed !== null && typed.value.trim() !== '') {
              setIsUnchosen(true)
              typed.focus()
              return
            }
            if (preview.data === undefined) return
            if (isWithdrawn) withdraw()
            else setStep('confirmation')
          }}
        >
          {!isWithdrawn && !preview.isError && (
            <p role="status" className="withdraw-preview">
              {waiting === undefined ? 'Checking…' : effectText(book, waiting)}
            </p>
          )}
          <BookPicker
            label="Successor (optional)"
            hint="A newer edition, or another book that readers can pre-book instead."
            chosen={chosen}
            error={isUnchosen ? 'Choose a book from the list, or empty this field.' : successorError}
            exceptId={book.id}
            onChoose={(picked) => {
              withdrawal.reset()
              setIsUnchosen(false)
              setChosen(picked)
            }}
          />
          {!isWithdrawn && (
            <Field
              name="note"
              label="Note (optional)"
              hint="A sentence for the readers who wait. It is part of their e-mail."
              autoComplete="off"
              maxLength={limits.note.max}
              value={note}
              onChange={({ target }) => setNote(target.value)}
            />
          )}
          {successorError === undefined && <FailureNote failure={failure} />}
        </form>
      ) : (
        <Confirmation waiting={waiting ?? 0} successor={chosen} />
      )}
    </Dialog>
  )
}

function describeFailureOf(error: unknown) {
  return error === null ? null : describeFailure(error)
}

function effectText(book: Book, waiting: number): string {
  if (book.inStock)
    return `${copies(book.stockQuantity)} can still be sold. After that, readers cannot pre-book it.`
  return waiting === 0
    ? 'No readers are waiting. Readers can no longer pre-book it.'
    : `This tells ${readers(waiting)} that it will not come.`
}

function Confirmation({ waiting, successor }: { waiting: number; successor: Book | null }) {
  return (
    <div className="withdraw">
      {waiting > 0 && (
        <p>
          {readers(waiting)} {waiting === 1 ? 'is' : 'are'} notified now, here and by e-mail. Their
          pre-bookings are cancelled for good, even if you reinstate the book.
        </p>
      )}
      <p>
        {successor === null ? (
          'It has no successor.'
        ) : (
          <>
            Readers are offered <cite>{successor.title}</cite> instead.
          </>
        )}
      </p>
    </div>
  )
}

/** Takes the focus when it replaces the button of the first step. */
function FocusedDanger(props: { busy: boolean; onClick: () => void; children: string }) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => button.current?.focus(), [])
  return <Button ref={button} tone="danger" {...props} />
}
