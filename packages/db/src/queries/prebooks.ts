import type { PrebookStatus } from '@prebook/core'
import type { Reader, Tx } from '../database.ts'
import { prebookStatusSql } from './prebook-status-sql.ts'

/** A prebook with the book it is for and what its status follows from. Times are milliseconds UTC. */
export type PrebookRow = {
  id: number
  userId: number
  waitlistId: number
  createdAt: number
  cancelledAt: number | null
  cancelledFrom: 'waiting' | 'notified' | null
  waitlistNotifiedAt: number | null
  bookId: number
  bookTitle: string
  bookAuthor: string
}

function prebooks(reader: Reader) {
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

/** Somebody's own prebook, or undefined: somebody else's is like one that does not exist. */
export async function findPrebook(
  reader: Reader,
  own: { prebookId: number; userId: number },
): Promise<PrebookRow | undefined> {
  return prebooks(reader)
    .where('prebooks.id', '=', own.prebookId)
    .where('prebooks.user_id', '=', own.userId)
    .executeTakeFirst()
}

/** Somebody's prebooks, newest first, from before `beforeId` on, of one status or of all. */
export async function listPrebooks(
  reader: Reader,
  page: { userId: number; status: PrebookStatus | undefined; beforeId: number | null; limit: number },
): Promise<PrebookRow[]> {
  let query = prebooks(reader)
    .where('prebooks.user_id', '=', page.userId)
    // By id, not by time: two rows can share a millisecond, and clocks go backwards.
    .orderBy('prebooks.id', 'desc')
    .limit(page.limit)
  if (page.beforeId !== null) query = query.where('prebooks.id', '<', page.beforeId)
  const { status } = page
  if (status !== undefined) {
    query = query.where((eb) =>
      eb(
        prebookStatusSql({
          cancelledAt: eb.ref('prebooks.cancelled_at'),
          waitlistNotifiedAt: eb.ref('waitlists.notified_at'),
        }),
        '=',
        status,
      ),
    )
  }
  return query.execute()
}

/**
 * Puts somebody on a waitlist, at its end.
 *
 * @returns the prebook's id, or undefined when they stand on it already
 */
export async function insertPrebook(
  tx: Tx,
  prebook: { waitlistId: number; userId: number; now: number },
): Promise<number | undefined> {
  const row = await tx
    .insertInto('prebooks')
    .values({ waitlist_id: prebook.waitlistId, user_id: prebook.userId, created_at: prebook.now })
    .onConflict((conflict) =>
      conflict.columns(['waitlist_id', 'user_id']).where('cancelled_at', 'is', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

/** Records that a prebook was cancelled. It must not be cancelled yet: the caller read it in the same transaction. */
export async function recordCancellation(
  tx: Tx,
  cancel: { prebookId: number; cancelledFrom: 'waiting' | 'notified'; now: number },
): Promise<void> {
  await tx
    .updateTable('prebooks')
    .set({ cancelled_at: cancel.now, cancelled_from: cancel.cancelledFrom })
    .where('id', '=', cancel.prebookId)
    .where('cancelled_at', 'is', null)
    .returning('id')
    .executeTakeFirstOrThrow()
}

/** How many stand before a prebook on its waitlist, counted to `cap` and one further at most. */
export async function countAhead(
  reader: Reader,
  place: { waitlistId: number; prebookId: number; cap: number },
): Promise<number> {
  const ahead = reader
    .selectFrom('prebooks')
    .select('id')
    .where('waitlist_id', '=', place.waitlistId)
    .where('id', '<', place.prebookId)
    .where('cancelled_at', 'is', null)
    .limit(place.cap + 1)
  const { count } = await reader
    .selectFrom(ahead.as('ahead'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** Who waits on an open waitlist, in the order of the queue, from after `afterId` on. */
export async function listWaiting(
  reader: Reader,
  page: { waitlistId: number; afterId: number | null; limit: number },
): Promise<{ prebookId: number; userId: number; email: string; createdAt: number }[]> {
  return reader
    .selectFrom('prebooks')
    .innerJoin('users', 'users.id', 'prebooks.user_id')
    .select([
      'prebooks.id as prebookId',
      'users.id as userId',
      'users.email',
      'prebooks.created_at as createdAt',
    ])
    .where('prebooks.waitlist_id', '=', page.waitlistId)
    .where('prebooks.cancelled_at', 'is', null)
    .where('prebooks.id', '>', page.afterId ?? 0)
    .orderBy('prebooks.id')
    .limit(page.limit)
    .execute()
}
