import { invalid, PrebookError } from './errors.ts'
import { limits } from './limits.ts'
import type { StockTransition } from './schemas/stock.ts'

/** Classifies the change from one quantity to another. */
export function stockTransition(before: number, after: number): StockTransition {
  if (before === after) return 'none'
  if (before === 0) return 'restocked'
  return after === 0 ? 'sold-out' : 'changed'
}

/** A requested stock change: a new quantity, or a difference. `expectedQuantity` guards against a stale view. */
export type StockChangeRequest = (
  | { quantity: number; delta?: undefined }
  | { quantity?: undefined; delta: number }
) & { expectedQuantity?: number | undefined }

/** The resolved change of a book's stock. */
export type StockPlan = { quantityAfter: number; delta: number; transition: StockTransition }

/**
 * Resolves a requested stock change before anything is written.
 *
 * @param before the current quantity
 * @throws PrebookError `STOCK_CONFLICT` if the expected quantity differs, `STOCK_NEGATIVE` if the result is below 0,
 *   `VALIDATION_ERROR` if it exceeds `limits.stock`
 */
export function planStockChange(before: number, request: StockChangeRequest): StockPlan {
  if (request.expectedQuantity !== undefined && request.expectedQuantity !== before) {
    throw new PrebookError('STOCK_CONFLICT', {
      message: `The stock has changed: expected ${request.expectedQuantity}, found ${before}. Check the current stock and try again.`,
      field: 'expectedQuantity',
    })
  }
  const quantityAfter = request.quantity === undefined ? before + request.delta : request.quantity
  if (quantityAfter < 0) {
    throw new PrebookError('STOCK_NEGATIVE', {
      message: `Not enough copies in stock: cannot remove ${before - quantityAfter} from ${before}.`,
      field: 'delta',
    })
  }
  if (quantityAfter > limits.stock.max)
    throw invalid('delta', `The stock can be at most ${limits.stock.max.toLocaleString('en')}.`)
  return { quantityAfter, delta: quantityAfter - before, transition: stockTransition(before, quantityAfter) }
}
