import { sql } from 'kysely'
import { isOpenWaitlist } from './open-waitlist-sql.ts'
import type { BookRow, Reader, Tx } from '../database.ts'

/**
 * Sets when a book is expected in stock. The caller must hold the book's exclusive lock.
 *
 * @param change.expectedUntil the last day of `expectedOn`, or null without one
 */
export async function writeExpectedDate(
  tx: Tx,
  change: { bookId: number; expectedOn: string | null; expectedUntil: string | null; now: number },
): Promise<BookRow> {
  return tx
    .updateTable('books')
    .set({ expected_on: change.expectedOn, expected_until: change.expectedUntil, updated_at: change.now })
    .where('id', '=', change.bookId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** A sold-out book whose expected date is past, and how many wait for it. */
export type OverdueRow = {
  id: number
  title: string
  author: string
  isbn: string | null
  expectedOn: string
  expectedUntil: string
  waiting: number
}

/**
 * A page of the sold-out books whose expected date is past, longest overdue first.
 *
 * @param page.today the day in the time zone of the shop, such as `2026-11-30`
 * @param page.bookId only this book
 */
export async function listOverdueBooks(
  reader: Reader,
  page: {
    today: string
    bookId: number | undefined
    after: { until: string; id: number } | null
    limit: number
  },
): Promise<OverdueRow[]> {
  let query = reader
    .selectFrom('books')
    .select([
      'books.id',
      'books.title',
      'books.author',
      'books.isbn',
      'books.expected_on as expectedOn',
      'books.expected_until as expectedUntil',
    ])
    // Looked up for each book of the page: PostgreSQL would join the whole tables.
    .select((eb) =>
      eb.fn
        .coalesce(
          eb
            .selectFrom('waitlists')
            .select('waitlists.waiting_count')
            .whereRef('waitlists.book_id', '=', 'books.id')
            .where(isOpenWaitlist),
          sql<number>`0`,
        )
        .as('waiting'),
    )
    .where('books.stock_quantity', '=', sql<number>`0`)
    // Excludes null too. A condition that says so would make PostgreSQL expect few rows, and sort instead of reading the index.
    .where('books.expected_until', '<', page.today)
    .$narrowType<{ expectedOn: string; expectedUntil: string }>()
    .orderBy('books.expected_until')
    .orderBy('books.id')
    .limit(page.limit)
  if (page.bookId !== undefined) query = query.where('books.id', '=', page.bookId)
  if (page.after !== null) {
    const { until, id } = page.after
    query = query
      .where(sql<boolean>`(books.expected_until, books.id) > (${until}, ${id})`)
      // PostgreSQL's planner does not see that the line above is the beginning of a range.
      .where('books.expected_until', '>=', until)
  }
  return query.execute()
}
