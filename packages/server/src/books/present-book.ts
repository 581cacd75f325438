import { isPastDate, precisionOf, type Book } from '@prebook/core'
import type { BookRow } from '@prebook/db'
import { isoTime, isoTimeOrNull } from '../iso-time.ts'
import type { Services } from '../services.ts'

/** Converts a book row to its API form. */
export function presentBook(services: Pick<Services, 'currency' | 'today'>, row: BookRow): Book {
  const expectedOn = dateToShow(services, row.expected_on)
  return {
    id: row.id,
    title: row.title,
    author: row.author,
    priceCents: row.price_cents,
    currency: services.currency.code,
    isbn: row.isbn,
    description: row.description,
    stockQuantity: row.stock_quantity,
    inStock: row.stock_quantity > 0,
    withdrawnAt: isoTimeOrNull(row.withdrawn_at),
    successorId: row.successor_id,
    expectedOn,
    expectedPrecision: precisionOf(expectedOn),
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
  }
}

/** An expected date as everybody may see it: null when it is past. */
export function dateToShow({ today }: Pick<Services, 'today'>, expectedOn: string | null): string | null {
  return expectedOn === null || isPastDate(expectedOn, today()) ? null : expectedOn
}
