import type { PrebookError } from './errors.ts'
import type { StockBatchOutcome } from './schemas/stock-batch.ts'
import type { StockChange } from './schemas/stock-change.ts'

/** The outcome of a line of `stock.batch` that was carried out. */
export function changedLine({ book, movement, transition, broadcast }: StockChange): StockBatchOutcome {
  return {
    status: movement === null ? 'unchanged' : 'changed',
    bookId: book.id,
    isbn: book.isbn,
    delta: movement?.delta ?? 0,
    quantityAfter: book.stockQuantity,
    transition,
    movementId: movement?.id ?? null,
    broadcast,
  }
}

/** The outcome of a line of `stock.batch` that was refused. */
export function refusedLine({ reason, message, field }: PrebookError): StockBatchOutcome {
  return { status: 'refused', code: reason, message, field }
}
