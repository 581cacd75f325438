import type { AvailabilityState } from './schemas/availability.ts'

/** Whether a book can be bought or pre-booked. A withdrawn book can be bought until it is sold out. */
export function availabilityOf(
  book: { stockQuantity: number; withdrawnAt: number | null } | undefined,
): AvailabilityState {
  if (book === undefined) return 'unknown'
  if (book.stockQuantity > 0) return 'in-stock'
  return book.withdrawnAt === null ? 'sold-out' : 'withdrawn'
}
