import { invalid, PrebookError } from './errors.ts'
import { limits } from './limits.ts'
import type { StockTransition } from './schemas/stock.ts'

/** Names the step from one quantity to another. */
export function stockTransition(before: number, after: number): StockTransition {
  if (before === after) return 'none'
  if (before === 0) return 'restocked'
  return after === 0 ? 'sold-out' : 'changed'
}

/** An admin's wish: a new quantity, or so many copies more or less; `expectedQuantity` guards against a stale view. */
export type StockChangeRequest = ({ quantity: number } | { delta: number }) & {
  expectedQuantity?: number | undefined
}

/** What a wish comes to on a book that has `before` copies. */
export type StockPlan = { quantityAfter: number; delta: number; transition: StockTransition }

/**
 * Works out a stock change before anything is written.
 *
 * @throws PrebookError `STOCK_CONFLICT` when the expected quantity differs, `STOCK_NEGATIVE` when more copies leave than
 *   there are, `VALIDATION_ERROR` when the result is more than `limits.stock`
 */
export function planStockChange(before: number, wish: StockChangeRequest): StockPlan {
  if (wish.expectedQuantity !== undefined && wish.expectedQuantity !== before) {
    throw new PrebookError('STOCK_CONFLICT', {
      message: `You expected ${wish.expectedQuantity} in stock, but there are ${before}: look again, then decide.`,
      field: 'expectedQuantity',
    })
  }
  const quantityAfter = 'quantity' in wish ? wish.quantity : before + wish.delta
  if (quantityAfter < 0) {
    throw new PrebookError('STOCK_NEGATIVE', {
      message: `There are only ${before} in stock: the change would leave ${quantityAfter}.`,
      field: 'delta',
    })
  }
  if (quantityAfter > limits.stock.max)
    throw invalid('delta', `The stock may be at most ${limits.stock.max}.`)
  return { quantityAfter, delta: quantityAfter - before, transition: stockTransition(before, quantityAfter) }
}
