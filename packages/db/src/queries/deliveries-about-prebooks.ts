import { sql, type NotNull } from 'kysely'
import type { Reader } from '../database.ts'
import { deliveriesWithAccounts, type DeliveryFacts } from './deliveries-with-accounts.ts'
import { isOpenWaitlist } from './open-waitlist-sql.ts'

/** What every message about a prebook is about, as it is now. Times are milliseconds UTC. */
type PrebookMailFacts = DeliveryFacts & {
  prebookId: number
  prebookedAt: number
  /** When the reader cancelled it. */
  cancelledAt: number | null
  userId: number
  /** Which links to the page of a guest work. Null unless the account is a guest's, by the rule of core's `isGuest`. */
  manageGeneration: number | null
  bookId: number
  bookTitle: string
  bookAuthor: string
  stockNow: number
}

/** Deliveries about prebooks by their ids with {@link PrebookMailFacts}, to be extended by a kind of mail. */
function deliveriesAboutPrebooks(reader: Reader, ids: number[]) {
  return deliveriesWithAccounts(reader, ids)
    .innerJoin('prebooks', 'prebooks.id', 'deliveries.prebook_id')
    .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
    .innerJoin('books', 'books.id', 'waitlists.book_id')
    .select([
      'prebooks.id as prebookId',
      'prebooks.created_at as prebookedAt',
      'prebooks.cancelled_at as cancelledAt',
      'prebooks.user_id as userId',
      sql<number | null>`case
        when users.password_hash is null and users.verified_at is not null and users.role = 'reader'
        then users.manage_generation end`.as('manageGeneration'),
      'books.id as bookId',
      'books.title as bookTitle',
      'books.author as bookAuthor',
      'books.stock_quantity as stockNow',
    ])
}

/** The facts for a message about a broadcast and for the decision whether to send it, read in one statement. */
export type RestockFacts = PrebookMailFacts & {
  /** In minor units of the shop's currency. */
  priceCents: number
  notifiedAt: number
  /** The number of notified prebooks, counted after the broadcast. */
  notifiedCount: number | null
  /** The number of copies in the restock. */
  copies: number
  /** The language of the reader, as a BCP 47 tag. */
  locale: string
}

/** The current facts of deliveries about broadcasts, in the order of their ids. */
export async function findRestockFacts(reader: Reader, ids: number[]): Promise<RestockFacts[]> {
  return deliveriesAboutPrebooks(reader, ids)
    .innerJoin('stock_movements', 'stock_movements.id', 'waitlists.closed_by')
    .select([
      'books.price_cents as priceCents',
      'waitlists.notified_at as notifiedAt',
      'waitlists.notified_count as notifiedCount',
      'stock_movements.delta as copies',
      'users.locale as locale',
    ])
    .where('waitlists.notified_at', 'is not', null)
    .$narrowType<{ notifiedAt: NotNull; locale: NotNull }>()
    .execute()
}

/** The facts for a message about a changed date and for the decision whether to send it, read in one statement. */
export type ExpectedDateFacts = PrebookMailFacts & {
  /** When a restock or a withdrawal closed the waitlist. */
  waitlistClosedAt: number | null
  /** When the book is expected now. */
  bookExpectedOn: string | null
  /** When a newer announcement settles; null if there is none, or its dispatch has begun. */
  settlesAt: number | null
  /** When the delivery was last queued. */
  queuedAt: number
}

/** The current facts of deliveries about changed dates, in the order of their ids. */
export async function findExpectedDateFacts(reader: Reader, ids: number[]): Promise<ExpectedDateFacts[]> {
  return deliveriesAboutPrebooks(reader, ids)
    .leftJoin('announcements', (join) =>
      join
        .onRef('announcements.waitlist_id', '=', 'waitlists.id')
        .on('announcements.kind', '=', 'expected-date')
        .on('announcements.dispatched_at', 'is', null)
        .on('announcements.dispatch_cursor', '=', sql<number>`0`),
    )
    .select([
      sql<number | null>`coalesce(waitlists.notified_at, waitlists.withdrawn_at)`.as('waitlistClosedAt'),
      'books.expected_on as bookExpectedOn',
      'announcements.settles_at as settlesAt',
      'deliveries.queued_at as queuedAt',
    ])
    .execute()
}

/** The facts for a message about a withdrawal, as they are now, read in one statement. */
export type WithdrawalFacts = PrebookMailFacts & {
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
  return deliveriesAboutPrebooks(reader, ids)
    .leftJoin('books as successor', 'successor.id', 'books.successor_id')
    .select((eb) => [
      'books.withdrawn_at as bookWithdrawnAt',
      'waitlists.withdrawn_at as withdrawnAt',
      'waitlists.withdrawal_note as note',
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
    .where('waitlists.withdrawn_at', 'is not', null)
    .$narrowType<{ withdrawnAt: NotNull }>()
    .execute()
}
