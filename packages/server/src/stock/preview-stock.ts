import { planStockChange, PrebookError, type StockPreview, type StockPreviewInput } from '@prebook/core'
import { findBook, findOpenWaitlist } from '@prebook/db'
import { presentBook } from '../books/present-book.ts'
import type { ActorContext } from '../context.ts'

/**
 * Previews a stock change and the number of readers it would notify. Nothing is locked, so readers may still join or leave
 * before the change is made.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`, `STOCK_NEGATIVE`
 */
export async function previewStock(
  { services }: ActorContext,
  input: StockPreviewInput,
): Promise<StockPreview> {
  const book = await services.store.read((reader) => findBook(reader, input.bookId))
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  const { quantityAfter, transition } = planStockChange(book.stock_quantity, input)
  const waitlist =
    transition === 'restocked'
      ? await services.store.read((reader) => findOpenWaitlist(reader, book.id))
      : undefined
  return {
    book: presentBook(services, book),
    quantityAfter,
    transition,
    wouldNotify: waitlist?.waiting_count ?? 0,
  }
}
