import type { Reader } from '../database.ts'

/** A prebook as the page of a mail link shows it. */
export type LinkedPrebook = {
  userId: number
  userIsActive: 0 | 1
  cancelledAt: number | null
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
    .select([
      'users.id as userId',
      'users.is_active as userIsActive',
      'prebooks.cancelled_at as cancelledAt',
      'books.title as bookTitle',
      'books.author as bookAuthor',
    ])
    .where('prebooks.id', '=', prebookId)
    .executeTakeFirst()
}
