import {
  assertSuccessor,
  PrebookError,
  type BookPreviewWithdrawalInput,
  type BookWithdrawalPreview,
} from '@prebook/core'
import { findBook, findOpenWaitlist } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { presentBook } from './present-book.ts'
import { withdrawable } from './withdraw-book.ts'

/**
 * Previews a withdrawal: how many readers it would cancel, and the successor. Nothing is locked, so readers may still join or
 * leave before it is made.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`, also about `successorId`; `VALIDATION_ERROR` when that book cannot replace it
 */
export async function previewWithdrawal(
  { services }: ActorContext,
  { bookId, successorId }: BookPreviewWithdrawalInput,
): Promise<BookWithdrawalPreview> {
  return services.store.read(async (reader) => {
    const book = await findBook(reader, bookId)
    if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
    const id = successorId === undefined ? book.successor_id : successorId
    const successor = id === null ? null : await findBook(reader, id)
    if (successor === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'successorId' })
    // The one that was named before may have been withdrawn since.
    if (successor !== null && successorId != null) assertSuccessor(book, withdrawable(successor))
    const waitlist = await findOpenWaitlist(reader, bookId)
    return {
      bookId,
      waiting: waitlist?.waiting_count ?? 0,
      successor: successor && presentBook(services, successor),
    }
  })
}
