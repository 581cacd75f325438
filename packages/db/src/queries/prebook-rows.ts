import type { CancelledFrom } from '@prebook/core'
import type { Reader } from '../database.ts'

/** A prebook with its book and the facts that determine its status. Times are milliseconds UTC. */
export type PrebookRow = {
  id: number
  userId: number
  waitlistId: number
  createdAt: number
  cancelledAt: number | null
  cancelledFrom: CancelledFrom | null
  waitlistWithdrawnAt: number | null
  waitlistNotifiedAt: number | null
  bookId: number
  bookTitle: string
  bookAuthor: string
  bookSuccessorId: number | null
  /** When the book is expected in stock, also when that is past. */
  bookExpectedOn: string | null
}

/** A query for all prebooks, to be narrowed by the caller. */
export function prebookRows(reader: Reader) {
  return reader
    .selectFrom('prebooks')
    .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
    .innerJoin('books', 'books.id', 'waitlists.book_id')
    .select([
      'prebooks.id',
      'prebooks.user_id as userId',
      'prebooks.waitlist_id as waitlistId',
      'prebooks.created_at as createdAt',
      'prebooks.cancelled_at as cancelledAt',
      'prebooks.cancelled_from as cancelledFrom',
      'waitlists.withdrawn_at as waitlistWithdrawnAt',
      'waitlists.notified_at as waitlistNotifiedAt',
      'books.id as bookId',
      'books.title as bookTitle',
      'books.author as bookAuthor',
      'books.successor_id as bookSuccessorId',
      'books.expected_on as bookExpectedOn',
    ])
}
