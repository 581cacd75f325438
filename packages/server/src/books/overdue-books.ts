import {
  overdueCursorText,
  precisionOf,
  readOverdueCursor,
  type BookOverdueInput,
  type BookOverduePage,
  type OverdueBook,
} from '@prebook/core'
import { listOverdueBooks, type OverdueRow } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'

/** Lists the sold-out books whose expected date is past, longest overdue first. */
export async function overdueBooks(
  { services }: ActorContext,
  { bookId, cursor, limit }: BookOverdueInput,
): Promise<BookOverduePage> {
  const after = cursor == null ? null : readOverdueCursor(decodeCursor(cursor))
  const page = { today: services.today(), bookId, after, limit: limit + 1 }
  const rows = await services.store.read((reader) => listOverdueBooks(reader, page))
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(presentOverdue),
    nextCursor:
      rows.length > limit && last !== undefined
        ? encodeCursor(overdueCursorText({ until: last.expectedUntil, id: last.id }))
        : null,
  }
}

function presentOverdue({ id, title, author, isbn, expectedOn, waiting }: OverdueRow): OverdueBook {
  return {
    bookId: id,
    bookTitle: title,
    bookAuthor: author,
    isbn,
    expectedOn,
    expectedPrecision: precisionOf(expectedOn) ?? 'day',
    waiting,
  }
}
