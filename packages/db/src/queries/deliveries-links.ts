import type { CancelledBy } from '@prebook/core'
import type { Reader } from '../database.ts'
import { cancelledBySql } from './prebook-status-sql.ts'

/** A prebook as the page of a mail link shows it. */
export type LinkedPrebook = {
  userId: number
  userIsActive: 0 | 1
  /** Null if it is not cancelled. */
  cancelledBy: CancelledBy | null
  bookTitle: string
  bookAuthor: string
}

/** The prebook of a mail link, of any account; undefined when there is none. */
export async function findLinkedPrebook(
  reader: Reader,
  prebookId: number,
): Promise<LinkedPrebook | undefined> {
  return reader
    .selectFrom('prebooks')
    .innerJoin('users', 'users.id', 'prebooks.user_id')
    .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
    .innerJoin('books', 'books.id', 'waitlists.book_id')
    .select((eb) => [
      'users.id as userId',
      'users.is_active as userIsActive',
      cancelledBySql({
        cancelledAt: eb.ref('prebooks.cancelled_at'),
        waitlistWithdrawnAt: eb.ref('waitlists.withdrawn_at'),
      }).as('cancelledBy'),
      'books.title as bookTitle',
      'books.author as bookAuthor',
    ])
    .where('prebooks.id', '=', prebookId)
    .executeTakeFirst()
}
