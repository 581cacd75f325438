import { PrebookError, type BookExpected, type BookExpectInput } from '@prebook/core'
import { findBook, type Tx } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { auditExpectedDate, changeExpectedDate, expectedDateEvent } from './change-expected-date.ts'
import { presentBook } from './present-book.ts'

/**
 * Sets when a book is expected in stock, or that it is not known. Everybody who waits gets an e-mail once the date has settled.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`, `VALIDATION_ERROR` on `expectedOn`, `PREBOOK_BOOK_WITHDRAWN` for a date
 */
export async function expectBook(
  context: ActorContext,
  { bookId, expectedOn }: BookExpectInput,
): Promise<BookExpected> {
  const { services } = context
  const expect = async (tx: Tx) => {
    const before = await findBook(tx, bookId)
    if (before === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
    const change = await changeExpectedDate(services, tx, before, expectedOn)
    if (change.changed) await auditExpectedDate(context, tx, before, expectedOn)
    const { announcement } = change
    const answer = await context.keep(tx, { book: presentBook(services, change.book), announcement })
    return { change, answer }
  }
  const { answer } = await services.store.writeOnBook(bookId, 'exclusive', expect, ({ change }) =>
    expectedDateEvent(change),
  )
  return answer
}
