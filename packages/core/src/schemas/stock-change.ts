import { z } from 'zod'
import { Book } from './books.ts'
import { nullableBroadcast, StockMovement, StockTransition } from './stock.ts'

/** The result of `stock.set` and `stock.adjust`. `movement` is null if the quantity did not change. */
export const StockChange = z.object({
  book: Book.describe('The book after the change.'),
  movement: StockMovement.nullable().describe(
    'The movement that records the change. Null if the quantity did not change.',
  ),
  transition: StockTransition,
  broadcast: nullableBroadcast,
})
/** See {@link StockChange}. */
export type StockChange = z.infer<typeof StockChange>

/** The effect that a change would have: the resulting quantity and the number of readers who would be notified. */
export const StockPreview = z.object({
  book: Book.describe('The book as it is now.'),
  quantityAfter: z.int().describe('Copies in stock after the change.'),
  transition: StockTransition,
  wouldNotify: z.int().describe('How many readers the change would notify.'),
})
/** See {@link StockPreview}. */
export type StockPreview = z.infer<typeof StockPreview>
