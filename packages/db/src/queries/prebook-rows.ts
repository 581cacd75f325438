import type { CancelledFrom } from '@prebook/core'
import type { Reader } from '../database.ts'

/** A prebook with the book it is for and what its status follows from. Times are milliseconds UTC. */
export type PrebookRow = {
  id: number
  userId: number
  waitlistId: number
  createdAt: number
  cancelledAt: number | null
  cancelledFrom: CancelledFrom | null
  waitlistNotifiedAt: number | null
  bookId: number
  bookTitle: string
  bookAuthor: string
}

/** Every prebook, for a query to choose from. */
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
      'waitlists.notified_at as waitlistNotifiedAt',
      'books.id as bookId',
      'books.title as bookTitle',
      'books.author as bookAuthor',
    ])
}
