import type { Book } from '@prebook/core'
import type { BookRow } from '@prebook/db'
import { isoTime, isoTimeOrNull } from '../iso-time.ts'
import type { Services } from '../services.ts'

/** Converts a book row to its API form. */
export function presentBook({ currency }: Pick<Services, 'currency'>, row: BookRow): Book {
  return {
    id: row.id,
    title: row.title,
    author: row.author,
    priceCents: row.price_cents,
    currency: currency.code,
    isbn: row.isbn,
    description: row.description,
    stockQuantity: row.stock_quantity,
    inStock: row.stock_quantity > 0,
    withdrawnAt: isoTimeOrNull(row.withdrawn_at),
    successorId: row.successor_id,
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
  }
}
