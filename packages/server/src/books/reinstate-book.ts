import { PrebookError, type Book, type BookReinstateInput } from '@prebook/core'
import { findBook, recordAudit, recordWithdrawal, type BookRow, type Tx } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { presentBook } from './present-book.ts'

/**
 * Makes it possible again to pre-book a withdrawn book. The pre-bookings that the withdrawal cancelled stay cancelled. A book
 * that is not withdrawn is not changed.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`
 */
export async function reinstate(context: ActorContext, { bookId }: BookReinstateInput): Promise<Book> {
  return context.services.store.writeOnBook(bookId, 'exclusive', async (tx) =>
    context.keep(tx, presentBook(context.services, await reinstateBook(context, tx, bookId))),
  )
}

/**
 * Like {@link reinstate}, within a transaction.
 *
 * @param tx holds the lock on the book exclusively
 * @throws PrebookError like {@link reinstate}
 */
export async function reinstateBook(
  { services, actor }: ActorContext,
  tx: Tx,
  bookId: number,
): Promise<BookRow> {
  const book = await findBook(tx, bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  if (book.withdrawn_at === null) return book
  const now = services.now()
  const [reinstated] = await Promise.all([
    recordWithdrawal(tx, { bookId, withdrawnAt: null, successorId: null, now }),
    recordAudit(tx, {
      at: now,
      actor: actor.id,
      action: 'books.reinstate',
      subject: `book:${bookId}`,
      details: {},
    }),
  ])
  return reinstated
}
