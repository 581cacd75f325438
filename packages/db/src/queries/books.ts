import { sql } from 'kysely'
import type { BookRow, NewBookRow, Reader, Tx } from '../database.ts'
import { preparedQuery, type Params } from './prepared-query.ts'
import { containsText } from './contains-text.ts'
import { searchInSlices, type Between } from './search-in-slices.ts'

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

/**
 * A page of the catalogue in the order of titles, after the book `afterId`. A filtered search runs in slices and yields
 * to other requests after each.
 *
 * @param reader not a transaction, because the yields would keep it open
 * @param filter.words folded words. `search_text` must contain all of them
 */
export async function listBooks(
  reader: Reader,
  filter: { words: string[]; inStock: boolean | undefined; afterId: number | null; limit: number },
): Promise<BookRow[]> {
  const after = filter.afterId === null ? null : await keysetOf(reader, filter.afterId)
  if (after === undefined) return []
  if (filter.words.length === 0 && filter.inStock === undefined) {
    return booksBetween(reader, { after, until: null }, filter.limit).execute()
  }
  return searchInSlices({
    after,
    limit: filter.limit,
    endOfSlice: (from, rows) => keysetAfter(reader, from, rows),
    find(between, limit) {
      let query = booksBetween(reader, between, limit)
      for (const word of filter.words) query = query.where((eb) => containsText(eb.ref('search_text'), word))
      if (filter.inStock !== undefined) query = query.where('stock_quantity', filter.inStock ? '>' : '=', 0)
      return query.execute()
    },
  })
}

/** The position of a book in the order of titles. */
type Keyset = { search_text: string; id: number }

// Books are never deleted, so a book id is enough as a cursor.
async function keysetOf(reader: Reader, bookId: number): Promise<Keyset | undefined> {
  return reader.selectFrom('books').select(['search_text', 'id']).where('id', '=', bookId).executeTakeFirst()
}

async function keysetAfter(reader: Reader, after: Keyset | null, rows: number): Promise<Keyset | null> {
  let query = reader
    .selectFrom('books')
    .select(['search_text', 'id'])
    .orderBy('search_text')
    .orderBy('id')
    .limit(1)
    .offset(rows - 1)
  if (after !== null) query = query.where(beyond(after))
  return (await query.executeTakeFirst()) ?? null
}

function booksBetween(reader: Reader, between: Between<Keyset>, limit: number) {
  let query = reader.selectFrom('books').selectAll().orderBy('search_text').orderBy('id').limit(limit)
  if (between.after !== null) query = query.where(beyond(between.after))
  const { until } = between
  if (until !== null)
    query = query.where(sql<boolean>`(search_text, id) <= (${until.search_text}, ${until.id})`)
  return query
}

function beyond(keyset: Keyset) {
  return sql<boolean>`(search_text, id) > (${keyset.search_text}, ${keyset.id})`
}

/** Adds a book; undefined when another book has its ISBN. */
export async function insertBook(tx: Tx, book: NewBookRow): Promise<BookRow | undefined> {
  return tx
    .insertInto('books')
    .values(book)
    .onConflict((conflict) => conflict.column('isbn').doNothing())
    .returningAll()
    .executeTakeFirst()
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

/**
 * Changes a book's stock from one quantity to another. If the stock is not `before`, the caller did not hold the book's
 * lock, and nothing is written.
 *
 * @throws Error when the stock is not `before`
 */
export async function moveStock(
  tx: Tx,
  move: { bookId: number; before: number; after: number; now: number },
): Promise<BookRow> {
  const [book] = await stockMove(tx, move)
  if (book === undefined) throw new Error(`The stock of book ${move.bookId} is not ${move.before}.`)
  return book
}
