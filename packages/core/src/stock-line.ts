import type { PrebookError } from './errors.ts'
import type { StockBatchOutcome, StockLineChange } from './schemas/stock-batch.ts'
import type { StockChange } from './schemas/stock-change.ts'
import type { StockPlan } from './stock-transition.ts'

/** The outcome of a line of `stock.batch` that was carried out. */
export function changedLine({ book, movement, transition, broadcast }: StockChange): StockLineChange {
  return {
    status: movement === null ? 'unchanged' : 'changed',
    bookId: book.id,
    isbn: book.isbn,
    title: book.title,
    delta: movement?.delta ?? 0,
    quantityAfter: book.stockQuantity,
    transition,
    movementId: movement?.id ?? null,
    broadcast,
    wouldNotify: null,
  }
}

/** The outcome of a line of `stock.batch` that would be carried out. It notifies `wouldNotify` readers. */
export function previewedLine(
  book: { id: number; isbn: string | null; title: string },
  { delta, quantityAfter, transition }: StockPlan,
  wouldNotify: number,
): StockLineChange {
  return {
    status: transition === 'none' ? 'unchanged' : 'changed',
    bookId: book.id,
    isbn: book.isbn,
    title: book.title,
    delta,
    quantityAfter,
    transition,
    movementId: null,
    broadcast: null,
    wouldNotify,
  }
}

/** The outcome of a line of `stock.batch` that was refused. */
export function refusedLine({ reason, message, field }: PrebookError): StockBatchOutcome {
  return { status: 'refused', code: reason, message, field }
}
