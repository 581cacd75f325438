import { sql } from 'kysely'
import type { Reader } from '../database.ts'
import type { Candidate } from '../engines/book-index.ts'

/** A place in the order of titles. */
export type TitlePosition = { search_text: string; id: number }

/** A part of a list in the order of titles: behind a position, and before a text. */
export type TitleRange = { after: TitlePosition; before: string | null; limit: number }

/** A part of a list that is newest first: before an id. */
export type IdRange = { before: number; limit: number }

/** Books, in the order of titles. */
export async function allByTitle(reader: Reader, range: TitleRange): Promise<Candidate[]> {
  const { after, before, limit } = range
  let query = books(reader)
    .where(sql<boolean>`(search_text, id) > (${after.search_text}, ${after.id})`)
    // PostgreSQL's planner does not see that the line above is the beginning of a range.
    .where('search_text', '>=', after.search_text)
    .orderBy('search_text')
    .orderBy('id')
  if (before !== null) query = query.where('search_text', '<', before)
  return query.limit(limit).execute()
}

/** Books that are in stock or waited for, in the order of titles. */
export async function wantedByTitle(reader: Reader, range: TitleRange): Promise<Candidate[]> {
  const { after, before, limit } = range
  let query = wanted(reader)
    .where(sql<boolean>`(wanted_books.search_text, book_id) > (${after.search_text}, ${after.id})`)
    .where('wanted_books.search_text', '>=', after.search_text)
    .orderBy('wanted_books.search_text')
    .orderBy('book_id')
  if (before !== null) query = query.where('wanted_books.search_text', '<', before)
  return query.limit(limit).execute()
}

/** Books, newest first. */
export async function allById(reader: Reader, { before, limit }: IdRange): Promise<Candidate[]> {
  return books(reader).where('id', '<', before).orderBy('id', 'desc').limit(limit).execute()
}

/** Books that are in stock or waited for, newest first. */
export async function wantedById(reader: Reader, { before, limit }: IdRange): Promise<Candidate[]> {
  return wanted(reader).where('book_id', '<', before).orderBy('book_id', 'desc').limit(limit).execute()
}

/** Some books, in no order. */
export async function someBooks(reader: Reader, bookIds: readonly number[]): Promise<Candidate[]> {
  return books(reader).where('id', 'in', bookIds).execute()
}

// A scalar, since PostgreSQL might read the whole table for an `exists`.
const isWanted = sql<number>`coalesce((select 1 from wanted_books where book_id = books.id), 0)`

function books(reader: Reader) {
  return reader.selectFrom('books').select(['id', 'search_text', 'stock_quantity', isWanted.as('is_wanted')])
}

function wanted(reader: Reader) {
  return reader
    .selectFrom('wanted_books')
    .innerJoin('books', 'books.id', 'wanted_books.book_id')
    .select(['books.id', 'books.search_text', 'books.stock_quantity', sql<number>`1`.as('is_wanted')])
}
