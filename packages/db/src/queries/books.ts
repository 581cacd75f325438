import { sql } from 'kysely'
import type { BookRow, NewBookRow, Reader, Tx } from '../database.ts'
import { preparedQuery, type Params } from './prepared-query.ts'
import { preparedInsert } from './prepared-insert.ts'
import { addSearchWords, type Candidate } from '../engines/book-index.ts'
import { readInSteps } from './read-in-steps.ts'
import { allByTitle, wantedByTitle, type TitlePosition } from './search-lists.ts'

const bookById = preparedQuery((reader: Reader, params: Params<{ bookId: number }>) =>
  reader.selectFrom('books').selectAll().where('id', '=', params.bookId),
)

/** One book, or undefined. */
export async function findBook(reader: Reader, bookId: number): Promise<BookRow | undefined> {
  const [book] = await bookById(reader, { bookId })
  return book
}

const bookForSession = preparedQuery(
  (tx: Tx, params: Params<{ bookId: number; userId: number; publicId: number }>) =>
    tx
      .selectFrom('books')
      .selectAll('books')
      .select((eb) =>
        eb
          .selectFrom('users')
          .innerJoin('sessions', 'sessions.user_id', 'users.id')
          .select('users.is_active')
          .where('sessions.user_id', '=', params.userId)
          .where('sessions.public_id', '=', params.publicId)
          // A lock that is not shared: new shared locks overtake a waiting exclusive one, so requests of one account could
          // keep its sessions from ending. The account first, because other transactions lock it before its sessions.
          .forNoKeyUpdate(['users', 'sessions'])
          .as('account_is_active'),
      )
      .where('books.id', '=', params.bookId),
)

/**
 * One book, or undefined, for a change by a session. Until the transaction ends, the session cannot end and its account
 * cannot be deactivated. `account_is_active` is null when the session has ended.
 */
export async function findBookForSession(
  tx: Tx,
  read: { bookId: number; session: { userId: number; publicId: number } },
): Promise<(BookRow & { account_is_active: 0 | 1 | null }) | undefined> {
  const [book] = await bookForSession(tx, { bookId: read.bookId, ...read.session })
  return book
}

/** The book with this ISBN (13 digits), or undefined. */
export async function findBookByIsbn(reader: Reader, isbn: string): Promise<BookRow | undefined> {
  return reader.selectFrom('books').selectAll().where('isbn', '=', isbn).executeTakeFirst()
}

/** The id of the book with this ISBN (13 digits), or undefined. Reads the index only. */
export async function findBookIdByIsbn(reader: Reader, isbn: string): Promise<number | undefined> {
  const book = await reader.selectFrom('books').select('id').where('isbn', '=', isbn).executeTakeFirst()
  return book?.id
}

/** Whether the catalogue has a book. */
export async function hasBooks(reader: Reader): Promise<boolean> {
  return (
    (await reader.selectFrom('books').select('id').orderBy('id').limit(1).executeTakeFirst()) !== undefined
  )
}

/** The books with these ISBNs (13 digits), by ISBN. */
export async function findBooksByIsbn(
  reader: Reader,
  isbns: readonly string[],
): Promise<Map<string, BookRow>> {
  const byIsbn = new Map<string, BookRow>()
  if (isbns.length === 0) return byIsbn
  const rows = await reader.selectFrom('books').selectAll().where('isbn', 'in', isbns).execute()
  for (const row of rows) if (row.isbn !== null) byIsbn.set(row.isbn, row)
  return byIsbn
}

/**
 * A page of the catalogue in the order of titles, after the book `afterId`.
 *
 * @param reader not a transaction, because a filtered list yields to other requests
 * @throws PrebookError `STORE_BUSY` when it takes too long to find a page of books in stock, or out of stock
 */
export async function listBooks(
  reader: Reader,
  filter: { inStock: boolean | undefined; afterId: number | null; limit: number },
): Promise<BookRow[]> {
  const { inStock, limit } = filter
  const after = filter.afterId === null ? null : await findTitlePosition(reader, filter.afterId)
  if (after === undefined) return []
  if (inStock === undefined) return booksAfter(reader, after).limit(limit).execute()
  const start = after ?? { search_text: '', id: 0 }
  // Books in stock are among those that searches show first, so the others need not be read.
  const read = inStock ? wantedByTitle : allByTitle
  const found: { id: number }[] = []
  const books = readInSteps((last: Candidate | null, rows) =>
    read(reader, { after: last ?? start, before: null, limit: rows }),
  )
  for await (const book of books) {
    if (inStock === book.stock_quantity > 0) found.push(book)
    if (found.length === limit) break
  }
  return booksInOrder(reader, found, limit)
}

function booksAfter(reader: Reader, after: TitlePosition | null) {
  const query = reader.selectFrom('books').selectAll().orderBy('search_text').orderBy('id')
  if (after === null) return query
  return (
    query
      .where(sql<boolean>`(search_text, id) > (${after.search_text}, ${after.id})`)
      // PostgreSQL's planner does not see that the line above is the beginning of a range.
      .where('search_text', '>=', after.search_text)
  )
}

/**
 * The place of a book in the order of titles, or undefined if there is no such book. Books are never deleted, so a book id is
 * enough as a cursor.
 */
export async function findTitlePosition(reader: Reader, bookId: number): Promise<TitlePosition | undefined> {
  return reader.selectFrom('books').select(['search_text', 'id']).where('id', '=', bookId).executeTakeFirst()
}

/** Some books, at most `most`, in this order. */
export async function booksInOrder(
  reader: Reader,
  books: { id: number }[],
  most: number,
): Promise<BookRow[]> {
  const ids = books.map(({ id }) => id)
  const [first] = ids
  if (first === undefined) return []
  // Padded, so that all pages of a size share a statement.
  const padded = [...ids, ...Array.from({ length: most - ids.length }, () => first)]
  const rows = await reader.selectFrom('books').selectAll().where('id', 'in', padded).execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** Adds a book; undefined when another book has its ISBN. */
export async function insertBook(tx: Tx, book: NewBookRow): Promise<BookRow | undefined> {
  const added = await tx
    .insertInto('books')
    .values(book)
    .onConflict((conflict) => conflict.column('isbn').doNothing())
    .returningAll()
    .executeTakeFirst()
  if (added !== undefined) await addSearchWords(tx, [added.search_text])
  return added
}

const newBooks = preparedInsert((tx, rows: Params<NewBookRow>[]) =>
  tx
    .insertInto('books')
    .values(
      rows.map((row) => ({
        title: row.title,
        author: row.author,
        isbn: row.isbn,
        price_cents: row.price_cents,
        description: row.description,
        stock_quantity: row.stock_quantity,
        search_text: row.search_text,
        created_at: row.created_at,
        updated_at: row.updated_at,
      })),
    )
    .onConflict((conflict) => conflict.column('isbn').doNothing())
    .returning(['id', 'isbn']),
)

/** Adds books in their order. Resolves to the ids and ISBNs of those whose ISBN no other book has. */
export async function insertBooks(
  tx: Tx,
  books: readonly NewBookRow[],
): Promise<{ id: number; isbn: string | null }[]> {
  const added = await newBooks(tx, books)
  await addSearchWords(
    tx,
    books.map((book) => book.search_text),
  )
  return added
}

/**
 * Changes the fields of a book.
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

const stockMove = preparedQuery(
  (tx: Tx, params: Params<{ bookId: number; before: number; after: number; now: number }>) =>
    tx
      .updateTable('books')
      .set({ stock_quantity: params.after, updated_at: params.now })
      .where('id', '=', params.bookId)
      .where('stock_quantity', '=', params.before)
      .returningAll(),
)

// A statement of its own, so that other changes of the stock do not write to more columns.
const restockMove = preparedQuery(
  (tx: Tx, params: Params<{ bookId: number; before: number; after: number; now: number }>) =>
    tx
      .updateTable('books')
      .set({
        stock_quantity: params.after,
        updated_at: params.now,
        withdrawn_at: null,
        successor_id: null,
        expected_on: null,
        expected_until: null,
      })
      .where('id', '=', params.bookId)
      .where('stock_quantity', '=', params.before)
      .returningAll(),
)

/**
 * Changes a book's stock from one quantity to another. A restock reinstates a withdrawn book, and the book is no longer expected: it
 * has come. If the stock is not `before`, the caller did not hold the book's lock, and nothing is written.
 *
 * @throws Error when the stock is not `before`
 */
export async function moveStock(
  tx: Tx,
  move: { bookId: number; before: number; after: number; now: number },
): Promise<BookRow> {
  const isRestock = move.before === 0 && move.after > 0
  const [book] = await (isRestock ? restockMove : stockMove)(tx, move)
  if (book === undefined) throw new Error(`The stock of book ${move.bookId} is not ${move.before}.`)
  return book
}
