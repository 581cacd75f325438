import { formatExpectedDate } from '@prebook/client/expected-date'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Book, RouterOutputs } from '@prebook/client'
import { notify, notifyFailure } from '../../app/notices.ts'
import { client } from '../../lib/client.ts'
import { useForm } from '../../lib/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { readers } from './counts.ts'
import { monthChoices, seasonChoices } from './expected-choices.ts'
import { refreshStock } from './stock-changes.ts'
import { useOneAtATime } from './use-one-at-a-time.ts'

type Precision = NonNullable<Book['expectedPrecision']>

const precisions = { day: 'Day', month: 'Month', season: 'Season' } as const satisfies Record<
  Precision,
  string
>

/** Sets when a book is expected: on a day, in a month or in a season. Or removes the date. */
export function ExpectedDateForm({
  book,
  overdue,
  onRemoved,
}: {
  book: Book
  overdue: boolean
  onRemoved: () => void
}) {
  const queryClient = useQueryClient()
  const [precision, setPrecision] = useState<Precision>(book.expectedPrecision ?? 'day')
  const save = async (expectedOn: string | null) => {
    announce(await client.books.expect.mutate({ bookId: book.id, expectedOn }))
    await refreshStock(queryClient)
  }
  const removal = useMutation({
    mutationFn: () => save(null),
    onSuccess: onRemoved,
    onError: notifyFailure,
  })
  const remove = useOneAtATime(removal)
  const required = (of: Precision) => (value: string) =>
    of === precision && value === '' ? `Choose a ${of}.` : null
  const form = useForm({
    rules: { day: required('day'), month: required('month'), season: required('season') },
    initial: book.expectedOn === null ? {} : { [precision]: book.expectedOn },
    fieldByReason: { VALIDATION_ERROR: precision },
    send: (values) => save(values[precision]),
  })
  return (
    <form method="post" noValidate className="expected" onSubmit={form.onSubmit} aria-busy={form.busy}>
      <fieldset className="restock-modes">
        <legend className="visually-hidden">Precision</legend>
        {(Object.keys(precisions) as Precision[]).map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name="precision"
              checked={choice === precision}
              onChange={() => setPrecision(choice)}
            />
            {precisions[choice]}
          </label>
        ))}
      </fieldset>
      {precision === 'day' ? (
        <Field {...form.field('day')} type="date" label="Day" hint="In the time zone of the shop." />
      ) : (
        <SelectField
          key={precision}
          {...form.field(precision)}
          label={precisions[precision]}
          hint={
            precision === 'season'
              ? 'Spring is March to May. Winter begins in December of its year.'
              : undefined
          }
        >
          <option value="">Choose a {precision}</option>
          {choices(precision, form.values[precision]).map((choice) => (
            <option key={choice} value={choice}>
              {formatExpectedDate(choice)}
            </option>
          ))}
        </SelectField>
      )}
      <FailureNote failure={form.failure} />
      <div className="admin-actions">
        <Button type="submit" busy={form.busy}>
          Save date
        </Button>
        {(book.expectedOn !== null || overdue) && (
          <Button busy={removal.isPending} onClick={remove}>
            Remove date
          </Button>
        )}
      </div>
    </form>
  )
}

/** The choices of a list, with the present value, which may be further ahead. */
function choices(precision: 'month' | 'season', value: string): string[] {
  const listed = precision === 'month' ? monthChoices(new Date()) : seasonChoices(new Date())
  return value === '' || listed.includes(value) ? listed : [...listed, value]
}

function announce({ book, announcement }: RouterOutputs['books']['expect']): void {
  notify({
    tone: 'good',
    title:
      book.expectedOn === null
        ? `${book.title} has no expected date`
        : `${book.title} is expected: ${formatExpectedDate(book.expectedOn)}`,
    ...(announcement !== null && { body: announcementText(announcement.waiting, announcement.settlesAt) }),
  })
}

function announcementText(waiting: number, settlesAt: string): string {
  const minutes = Math.max(1, Math.ceil((Date.parse(settlesAt) - Date.now()) / 60_000))
  const delay = `in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`
  return `${readers(waiting)} ${waiting === 1 ? 'gets' : 'get'} an e-mail ${delay}, unless it changes again.`
}
