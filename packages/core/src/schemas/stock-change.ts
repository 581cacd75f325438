import { z } from 'zod'
import { Book } from './books.ts'
import { Broadcast, StockMovement, StockTransition } from './stock.ts'

/** The result of `stock.set` and `stock.adjust`. `movement` is null if the quantity did not change. */
export const StockChange = z.object({
  book: Book,
  movement: StockMovement.nullable(),
  transition: StockTransition,
  broadcast: Broadcast.nullable(),
})
/** See {@link StockChange}. */
export type StockChange = z.infer<typeof StockChange>

/** The effect that a change would have: the resulting quantity and the number of readers who would be notified. */
export const StockPreview = z.object({
  book: Book,
  quantityAfter: z.int(),
  transition: StockTransition,
  wouldNotify: z.int(),
})
/** See {@link StockPreview}. */
export type StockPreview = z.infer<typeof StockPreview>
