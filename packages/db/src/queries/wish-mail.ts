import { sql, type NotNull } from 'kysely'
import type { Reader, Tx } from '../database.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'
import { deliveriesWithAccounts, type DeliveryFacts } from './deliveries-with-accounts.ts'

/** The facts for a message that asks to confirm a pre-booking. The account is the one with the address, if there is one. */
export type WishMailFacts = DeliveryFacts & {
  bookId: number
  bookTitle: string
  bookAuthor: string
  /** The language that it was asked for in. */
  locale: string
  queuedAt: number
}

/** The current facts of deliveries that ask to confirm a pre-booking, in the order of their ids. */
export async function findWishMailFacts(reader: Reader, ids: number[]): Promise<WishMailFacts[]> {
  return deliveriesWithAccounts(reader, ids, 'recipient')
    .innerJoin('books', 'books.id', 'deliveries.book_id')
    .select([
      'users.id as userId',
      'deliveries.prebook_id as prebookId',
      'deliveries.locale',
      'deliveries.queued_at as queuedAt',
      'books.id as bookId',
      'books.title as bookTitle',
      'books.author as bookAuthor',
    ])
    .$narrowType<{ locale: NotNull }>()
    .execute()
}

function wishMail(reader: Reader) {
  return (
    reader
      .selectFrom('deliveries')
      .where('kind', '=', 'confirm')
      .where('lane', '=', 'now')
      // A literal, not a parameter, so that the planner can use the partial index of the backlog.
      .where(sql<boolean>`state in ('pending', 'sending')`)
  )
}

/** Whether there is mail that asks to confirm a pre-booking and was queued at `queuedBy` or before, in milliseconds UTC. */
export async function hasOldWishMail(reader: Reader, queuedBy: number): Promise<boolean> {
  const found = await wishMail(reader)
    .select('id')
    .where('queued_at', '<=', queuedBy)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/**
 * Deletes a batch of mail that asks to confirm a pre-booking and was queued at `queuedBy` or before, which takes it from the
 * workers that hold it.
 *
 * @returns how many it deleted, up to {@link CLEAR_BATCH_ROWS}
 */
export async function deleteOldWishMail(tx: Tx, queuedBy: number): Promise<number> {
  const old = wishMail(tx).select('id').where('queued_at', '<=', queuedBy).limit(CLEAR_BATCH_ROWS)
  const { numDeletedRows } = await tx
    .deleteFrom('deliveries')
    .where('id', 'in', old)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** Deletes the mail to an address that asks to confirm a pre-booking, which takes it from the workers that hold it. */
export async function deleteWishMailTo(tx: Tx, email: string): Promise<void> {
  const own = wishMail(tx).select('id').where('recipient', '=', email)
  await tx.deleteFrom('deliveries').where('id', 'in', own).execute()
}
