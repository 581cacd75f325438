import { PrebookError, searchText, type Book, type BookCreateInput } from '@prebook/core'
import { insertBook, insertMovement, recordAudit, type BookRow, type Tx } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { presentBook } from './present-book.ts'

/**
 * Adds a book to the catalogue. Initial stock becomes its first movement and notifies no one.
 *
 * @throws PrebookError `BOOK_ISBN_CONFLICT`
 */
export async function createBook(context: SignedInContext, input: BookCreateInput): Promise<Book> {
  const { services, user } = context
  const create = async (tx: Tx) => {
    const book = await addBook(context, tx, input)
    await recordAudit(tx, {
      at: services.now(),
      actorId: user.id,
      action: 'books.create',
      subject: `book:${book.id}`,
      details: { stockQuantity: book.stock_quantity },
    })
    return book
  }
  return presentBook(await services.store.write(create))
}

/**
 * Like {@link createBook}, inside a transaction that records its own audit entry.
 *
 * @throws PrebookError `BOOK_ISBN_CONFLICT`
 */
export async function addBook(
  { services, user }: SignedInContext,
  tx: Tx,
  input: BookCreateInput,
): Promise<BookRow> {
  const now = services.now()
  const isbn = input.isbn ?? null
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
  if (book.stock_quantity > 0) {
    await insertMovement(tx, {
      book_id: book.id,
      delta: book.stock_quantity,
      quantity_after: book.stock_quantity,
      actor_id: user.id,
      note: null,
      created_at: now,
    })
  }
  return book
}
