import { PrebookError } from './errors.ts'
import { prebookStatus, type CancelledFrom, type PrebookFacts } from './prebook-status.ts'

/**
 * One may pre-book a book only while it is out of stock. That one does so once per spell is a rule of the schema, where
 * no two requests can pass it at once.
 *
 * @throws PrebookError `PREBOOK_BOOK_IN_STOCK`
 */
export function assertOutOfStock(stockQuantity: number): void {
  if (stockQuantity > 0) throw new PrebookError('PREBOOK_BOOK_IN_STOCK', { field: 'bookId' })
}

/**
 * What is recorded when a prebook is cancelled now. A waiting one and a notified one may be cancelled, once.
 *
 * @throws PrebookError `PREBOOK_ALREADY_CANCELLED`
 */
export function cancellation(facts: PrebookFacts): { cancelledFrom: CancelledFrom } {
  const status = prebookStatus(facts)
  if (status === 'cancelled') throw new PrebookError('PREBOOK_ALREADY_CANCELLED')
  return { cancelledFrom: status }
}
