import { PrebookError } from './errors.ts'
import { prebookStatus, type CancelledFrom, type PrebookFacts } from './prebook-status.ts'

/**
 * Requires that a book can be pre-booked: that it is out of stock and not withdrawn. A withdrawn book that is in stock is
 * refused as such, because it can be bought. The rule "once per waitlist" is a unique index in the database, where concurrent
 * requests cannot bypass it.
 *
 * @param field the field that names the book
 * @throws PrebookError `PREBOOK_BOOK_IN_STOCK`, `PREBOOK_BOOK_WITHDRAWN`
 */
export function assertCanBePrebooked(
  book: { stockQuantity: number; withdrawnAt: number | null },
  field: 'bookId' | 'isbn' = 'bookId',
): void {
  if (book.stockQuantity > 0) throw new PrebookError('PREBOOK_BOOK_IN_STOCK', { field })
  if (book.withdrawnAt !== null) throw new PrebookError('PREBOOK_BOOK_WITHDRAWN', { field })
}

/**
 * What is stored when a prebook is cancelled now. A waiting or notified prebook can be cancelled once.
 *
 * @throws PrebookError `PREBOOK_ALREADY_CANCELLED`
 */
export function cancellation(facts: PrebookFacts): { cancelledFrom: CancelledFrom } {
  const status = prebookStatus(facts)
  if (status === 'cancelled') throw new PrebookError('PREBOOK_ALREADY_CANCELLED')
  return { cancelledFrom: status }
}
