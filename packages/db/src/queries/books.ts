import { sql } from 'kysely'
import type { BookRow, NewBookRow, Reader, Tx } from '../database.ts'
import { containsText } from './contains-text.ts'

/** One book, or undefined. */
export async function findBook(reader: Reader, bookId: number): Promise<BookRow | undefined> {
  return reader.selectFrom('books').selectAll().where('id', '=', bookId).executeTakeFirst()
}

/** The book with this ISBN (13 digits), or undefined. */
export async function findBookByIsbn(reader: Reader, isbn: string): Promise<BookRow | undefined> {
  return reader.selectFrom('books').selectAll().where('isbn', '=', isbn).executeTakeFirst()
}

/**
 * The catalogue in the order of titles, from the book after `afterId` on.
 *
 * @param filter.words folded words that `search_text` must contain, all of them
 */
export async function listBooks(
  reader: Reader,
  filter: { words: string[]; inStock: boolean | undefined; afterId: number | null; limit: number },
): Promise<BookRow[]> {
  let query = reader.selectFrom('books').selectAll().orderBy('search_text').orderBy('id').limit(filter.limit)
  for (const word of filter.words) query = query.where((eb) => containsText(eb.ref('search_text'), word))
  if (filter.inStock !== undefined) query = query.where('stock_quantity', filter.inStock ? '>' : '=', 0)
  if (filter.afterId !== null) {
    // Books are never deleted, so the id alone is a place in the order.
    query = query.where(
      sql<boolean>`(search_text, id) > (select b.search_text, b.id from books as b where b.id = ${filter.afterId})`,
    )
  }
  return query.execute()
}

/** Adds a book; undefined when another one has its ISBN. */
export async function insertBook(tx: Tx, book: NewBookRow): Promise<BookRow | undefined> {
  return tx
    .insertInto('books')
    .values(book)
    .onConflict((conflict) => conflict.column('isbn').doNothing())
    .returningAll()
    .executeTakeFirst()
}

/**
 * Changes what a book says of itself.
 *
 * @throws UniqueViolation when another book has the ISBN
 */
export async function updateBook(
  tx: Tx,
  bookId: number,
  fields: Omit<NewBookRow, 'stock_quantity' | 'created_at'>,
): Promise<BookRow> {
  return tx.updateTable('books').set(fields).where('id', '=', bookId).returningAll().executeTakeFirstOrThrow()
}

/**
 * Moves a book's stock from one quantity to another. The step is part of the condition: if the book does not have
 * `before` copies, its lock was not held, and nothing is written.
 *
 * @throws Error when the stock is not `before`
 */
export async function moveStock(
  tx: Tx,
  move: { bookId: number; before: number; after: number; now: number },
): Promise<BookRow> {
  return tx
    .updateTable('books')
    .set({ stock_quantity: move.after, updated_at: move.now })
    .where('id', '=', move.bookId)
    .where('stock_quantity', '=', move.before)
    .returningAll()
    .executeTakeFirstOrThrow()
}
