import { PrebookError, searchText, type Book, type BookCreateInput } from '@prebook/core'
import {
  actorColumns,
  insertBook,
  insertMovement,
  recordAudit,
  type ActorId,
  type StockMovementRow,
  type Tx,
} from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { presentBook } from './present-book.ts'

/**
 * Adds a book to the catalogue. Initial stock becomes its first movement and notifies no one.
 *
 * @throws PrebookError `BOOK_ISBN_CONFLICT`
 */
export async function createBook(context: ActorContext, input: BookCreateInput): Promise<Book> {
  const { services, actor } = context
  const now = services.now()
  const isbn = input.isbn ?? null
  const create = async (tx: Tx) => {
    await services.currency.claim(tx)
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
      await insertMovement(tx, firstMovement({ bookId: book.id, quantity, actor: actor.id, now }))
    await recordAudit(tx, {
      at: now,
      actor: actor.id,
      action: 'books.create',
      subject: `book:${book.id}`,
      details: { stockQuantity: quantity },
    })
    return context.keep(tx, presentBook(services, book))
  }
  return services.store.write(create)
}

/** The first movement of a book that is added with stock. */
export function firstMovement(first: {
  bookId: number
  quantity: number
  actor: ActorId
  now: number
}): Omit<StockMovementRow, 'id'> {
  return {
    book_id: first.bookId,
    delta: first.quantity,
    quantity_after: first.quantity,
    ...actorColumns(first.actor),
    note: null,
    created_at: first.now,
  }
}
