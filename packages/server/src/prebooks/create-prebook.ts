import { assertOutOfStock, PrebookError, type Prebook, type PrebookCreateInput } from '@prebook/core'
import { ensureOpenWaitlist, findBook, insertPrebook, type Tx } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { presentPrebook } from './present-prebook.ts'

/**
 * Adds a reader to the waitlist of a book that is out of stock.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`, `PREBOOK_BOOK_IN_STOCK`, `PREBOOK_DUPLICATE`
 */
export async function createPrebook(
  { services, user }: SignedInContext,
  { bookId }: PrebookCreateInput,
): Promise<Prebook> {
  const create = async (tx: Tx) => {
    const book = await findBook(tx, bookId)
    if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
    assertOutOfStock(book.stock_quantity)
    const now = services.now()
    const waitlistId = await ensureOpenWaitlist(tx, bookId, now)
    const id = await insertPrebook(tx, { waitlistId, userId: user.id, now })
    if (id === undefined) throw new PrebookError('PREBOOK_DUPLICATE', { field: 'bookId' })
    return presentPrebook({
      id,
      bookId,
      bookTitle: book.title,
      bookAuthor: book.author,
      createdAt: now,
      cancelledAt: null,
      cancelledFrom: null,
      waitlistNotifiedAt: null,
    })
  }
  return services.store.writeOnBook(bookId, 'shared', create, () => ({ kind: 'user', userId: user.id }))
}
