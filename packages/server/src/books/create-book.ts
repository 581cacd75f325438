import { PrebookError, searchText, type Book, type BookCreateInput } from '@prebook/core'
import { insertBook, insertMovement, recordAudit, type StockMovementRow, type Tx } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { presentBook } from './present-book.ts'

/**
 * Adds a book to the catalogue. Initial stock becomes its first movement and notifies no one.
 *
 * @throws PrebookError `BOOK_ISBN_CONFLICT`
 */
export async function createBook(context: SignedInContext, input: BookCreateInput): Promise<Book> {
  const { services, user } = context
  const now = services.now()
  const isbn = input.isbn ?? null
  const create = async (tx: Tx) => {
    const book = await insertBook(tx, {
      title: input.title,
      author: input.author,
      isbn,
      price_cents: input.priceCents,
      description: input.description ?? null,
      stock_quantity: input.stockQuantity,
      search_text: searchText({ title: input.title, author: input.author, isbn }),
      created_at: now,
      updated_at: now,
    })
    if (book === undefined) throw new PrebookError('BOOK_ISBN_CONFLICT', { field: 'isbn' })
    const quantity = book.stock_quantity
    if (quantity > 0)
      await insertMovement(tx, firstMovement({ bookId: book.id, quantity, actorId: user.id, now }))
    await recordAudit(tx, {
      at: now,
      actorId: user.id,
      action: 'books.create',
      subject: `book:${book.id}`,
      details: { stockQuantity: quantity },
    })
    return book
  }
  return presentBook(await services.store.write(create))
}

/** The first movement of a book that is added with stock. */
export function firstMovement(first: {
  bookId: number
  quantity: number
  actorId: number
  now: number
}): Omit<StockMovementRow, 'id'> {
  return {
    book_id: first.bookId,
    delta: first.quantity,
    quantity_after: first.quantity,
    actor_id: first.actorId,
    note: null,
    created_at: first.now,
  }
}
