import { z } from 'zod'
import { Book } from './books.ts'
import { Broadcast, StockMovement, StockTransition } from './stock.ts'

/** What `stock.set` and `stock.adjust` did. `movement` is null when the quantity was that already. */
export const StockChange = z.object({
  book: Book,
  movement: StockMovement.nullable(),
  transition: StockTransition,
  broadcast: Broadcast.nullable(),
})
/** See {@link StockChange}. */
export type StockChange = z.infer<typeof StockChange>

/** What a change would do: the book as it is, the quantity then, and how many people would be notified. */
export const StockPreview = z.object({
  book: Book,
  quantityAfter: z.int(),
  transition: StockTransition,
  wouldNotify: z.int(),
})
/** See {@link StockPreview}. */
export type StockPreview = z.infer<typeof StockPreview>
