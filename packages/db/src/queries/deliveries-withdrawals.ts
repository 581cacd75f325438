import { sql, type NotNull } from 'kysely'
import type { Reader } from '../database.ts'
import { deliveriesWithAccounts, type DeliveryFacts } from './deliveries-with-accounts.ts'
import { isOpenWaitlist } from './open-waitlist-sql.ts'

/** The facts for a message about a withdrawal, as they are now, read in one statement. */
export type WithdrawalFacts = DeliveryFacts & {
  prebookId: number
  prebookedAt: number
  userId: number
  bookId: number
  bookTitle: string
  bookAuthor: string
  stockNow: number
  /** Null once the book was reinstated or restocked. */
  bookWithdrawnAt: number | null
  /** When the withdrawal closed the waitlist, and what the shop tells its readers. */
  withdrawnAt: number
  note: string | null
  /** Whether the reader has pre-booked the book again and waits. */
  waitsAgain: 0 | 1
  /** The book that replaces it; null without one. */
  successorId: number | null
  successorTitle: string | null
  successorAuthor: string | null
  successorStock: number | null
  successorWithdrawnAt: number | null
}

/** The current facts of deliveries about withdrawals, in the order of their ids. */
export async function findWithdrawalFacts(reader: Reader, ids: number[]): Promise<WithdrawalFacts[]> {
  return deliveriesWithAccounts(reader, ids)
    .innerJoin('prebooks', 'prebooks.id', 'deliveries.prebook_id')
    .innerJoin('waitlists as closed', 'closed.id', 'prebooks.waitlist_id')
    .innerJoin('books', 'books.id', 'closed.book_id')
    .leftJoin('books as successor', 'successor.id', 'books.successor_id')
    .select((eb) => [
      'prebooks.id as prebookId',
      'prebooks.created_at as prebookedAt',
      'prebooks.user_id as userId',
      'books.id as bookId',
      'books.title as bookTitle',
      'books.author as bookAuthor',
      'books.stock_quantity as stockNow',
      'books.withdrawn_at as bookWithdrawnAt',
      'closed.withdrawn_at as withdrawnAt',
      'closed.withdrawal_note as note',
      sql<0 | 1>`case when ${eb.exists(
        eb
          .selectFrom('waitlists')
          .innerJoin('prebooks as again', 'again.waitlist_id', 'waitlists.id')
          .select('again.id')
          .whereRef('waitlists.book_id', '=', 'books.id')
          .where(isOpenWaitlist)
          .whereRef('again.user_id', '=', 'prebooks.user_id')
          .where('again.cancelled_at', 'is', null),
      )} then 1 else 0 end`.as('waitsAgain'),
      'successor.id as successorId',
      'successor.title as successorTitle',
      'successor.author as successorAuthor',
      'successor.stock_quantity as successorStock',
      'successor.withdrawn_at as successorWithdrawnAt',
    ])
    .where('closed.withdrawn_at', 'is not', null)
    .$narrowType<{ withdrawnAt: NotNull }>()
    .execute()
}
