import { PrebookError } from './errors.ts'
import { prebookStatus, type CancelledFrom, type PrebookFacts } from './prebook-status.ts'

/**
 * Requires that a book is out of stock, since only then can it be pre-booked. The rule "once per waitlist" is a unique
 * index in the database, where concurrent requests cannot bypass it.
 *
 * @throws PrebookError `PREBOOK_BOOK_IN_STOCK`
 */
export function assertOutOfStock(stockQuantity: number): void {
  if (stockQuantity > 0) throw new PrebookError('PREBOOK_BOOK_IN_STOCK', { field: 'bookId' })
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
