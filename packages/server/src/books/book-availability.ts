import {
  availabilityOf,
  cappedCount,
  precisionOf,
  type BookAvailabilities,
  type BookAvailability,
  type BookAvailabilityInput,
} from '@prebook/core'
import { findAvailability, type AvailabilityRow } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import type { Services } from '../services.ts'
import { dateToShow } from './present-book.ts'

/**
 * Returns whether the books with some ISBNs can be bought or pre-booked. The answer is the same for everybody, and for the same
 * ISBNs in another order or spelling.
 */
export async function bookAvailability(
  { services }: RequestContext,
  { isbn }: BookAvailabilityInput,
): Promise<BookAvailabilities> {
  const isbns = [...new Set(isbn)].toSorted()
  const rows = await services.store.read((reader) => findAvailability(reader, isbns))
  const byIsbn = new Map(rows.map((row) => [row.isbn, row]))
  return { items: isbns.map((each) => ({ isbn: each, ...present(services, byIsbn.get(each)) })) }
}

function present(services: Services, book: AvailabilityRow | undefined): Omit<BookAvailability, 'isbn'> {
  const availability = availabilityOf(
    book && { stockQuantity: book.stock_quantity, withdrawnAt: book.withdrawn_at },
  )
  const expectedOn = availability === 'sold-out' ? dateToShow(services, book?.expected_on ?? null) : null
  return {
    availability,
    bookId: book?.id ?? null,
    title: book?.title ?? null,
    waiting: cappedCount(book?.waiting_count ?? 0),
    expectedOn,
    expectedPrecision: precisionOf(expectedOn),
  }
}
