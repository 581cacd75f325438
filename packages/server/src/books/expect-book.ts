import { PrebookError, type BookExpected, type BookExpectInput } from '@prebook/core'
import { findBook, recordAudit, type Tx } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { changeExpectedDate, expectedDateEvent } from './change-expected-date.ts'
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
  const { services, actor } = context
  const expect = async (tx: Tx) => {
    const before = await findBook(tx, bookId)
    if (before === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
    const change = await changeExpectedDate(services, tx, before, expectedOn)
    if (change.changed) {
      await recordAudit(tx, {
        at: services.now(),
        actor: actor.id,
        action: 'books.expect',
        subject: `book:${bookId}`,
        details: {
          ...(before.expected_on !== null && { oldExpectedOn: before.expected_on }),
          ...(expectedOn !== null && { newExpectedOn: expectedOn }),
        },
      })
    }
    const { announcement } = change
    const answer = await context.keep(tx, { book: presentBook(services, change.book), announcement })
    return { change, answer }
  }
  const { answer } = await services.store.writeOnBook(bookId, 'exclusive', expect, ({ change }) =>
    expectedDateEvent(change),
  )
  return answer
}
