import type { CancelledFrom, PrebookStatus } from '@prebook/core'
import type { Reader, Tx } from '../database.ts'
import { recordWaiting } from '../waiting-counts.ts'
import { isOpenWaitlist } from './open-waitlist-sql.ts'
import { preparedQuery, type Params } from './prepared-query.ts'
import { prebookRows, type PrebookRow } from './prebook-rows.ts'
import { prebookStatusSql } from './prebook-status-sql.ts'

export type { PrebookRow }

const ownPrebook = preparedQuery((reader: Reader, params: Params<{ prebookId: number; userId: number }>) =>
  prebookRows(reader)
    .where('prebooks.id', '=', params.prebookId)
    .where('prebooks.user_id', '=', params.userId),
)

type PageOfUser = { userId: number; beforeId: number; limit: number }

function prebooksOf(reader: Reader, params: Params<PageOfUser>) {
  return (
    prebookRows(reader)
      .where('prebooks.user_id', '=', params.userId)
      .where('prebooks.id', '<', params.beforeId)
      // By id, not by time: two rows can share a millisecond, and clocks go backwards.
      .orderBy('prebooks.id', 'desc')
      .limit(params.limit)
  )
}

const allPrebooksOf = preparedQuery(prebooksOf)

const prebooksOfWithStatus = preparedQuery(
  (reader: Reader, params: Params<PageOfUser & { status: PrebookStatus }>) =>
    prebooksOf(reader, params).where((eb) =>
      eb(
        prebookStatusSql({
          cancelledAt: eb.ref('prebooks.cancelled_at'),
          waitlistWithdrawnAt: eb.ref('waitlists.withdrawn_at'),
          waitlistNotifiedAt: eb.ref('waitlists.notified_at'),
        }),
        '=',
        params.status,
      ),
    ),
)

const newPrebook = preparedQuery(
  (tx: Tx, params: Params<{ waitlistId: number; userId: number; now: number }>) =>
    tx
      .insertInto('prebooks')
      .values({ waitlist_id: params.waitlistId, user_id: params.userId, created_at: params.now })
      .onConflict((conflict) =>
        conflict.columns(['waitlist_id', 'user_id']).where('cancelled_at', 'is', null).doNothing(),
      )
      .returning('id'),
)

/** A prebook of a user; undefined when it does not exist or belongs to another user. */
export async function findPrebook(
  reader: Reader,
  own: { prebookId: number; userId: number },
): Promise<PrebookRow | undefined> {
  const [prebook] = await ownPrebook(reader, own)
  return prebook
}

/** A page of a user's prebooks, newest first, before `beforeId`, optionally of one status. */
export async function listPrebooks(
  reader: Reader,
  page: { userId: number; status: PrebookStatus | undefined; beforeId: number | null; limit: number },
): Promise<PrebookRow[]> {
  const { userId, status, limit } = page
  const values = { userId, limit, beforeId: page.beforeId ?? Number.MAX_SAFE_INTEGER }
  return status === undefined
    ? allPrebooksOf(reader, values)
    : prebooksOfWithStatus(reader, { ...values, status })
}

/**
 * Adds a user to the end of a waitlist.
 *
 * @returns the prebook's id, or undefined when the user is already on the waitlist
 */
export async function insertPrebook(
  tx: Tx,
  prebook: { waitlistId: number; userId: number; now: number },
): Promise<number | undefined> {
  const [row] = await newPrebook(tx, prebook)
  if (row !== undefined) recordWaiting(tx, prebook.waitlistId, 1)
  return row?.id
}

/** The id of the prebook of a user on a waitlist that is not cancelled, or undefined. */
export async function findLivePrebookId(
  reader: Reader,
  { waitlistId, userId }: { waitlistId: number; userId: number },
): Promise<number | undefined> {
  const prebook = await reader
    .selectFrom('prebooks')
    .select('id')
    .where('waitlist_id', '=', waitlistId)
    .where('user_id', '=', userId)
    .where('cancelled_at', 'is', null)
    .executeTakeFirst()
  return prebook?.id
}

/** Cancels a prebook. It must not be cancelled yet: the caller has checked it in the same transaction. */
export async function recordCancellation(
  tx: Tx,
  cancel: { prebookId: number; cancelledFrom: CancelledFrom; now: number },
): Promise<void> {
  const { waitlist_id } = await tx
    .updateTable('prebooks')
    .set({ cancelled_at: cancel.now, cancelled_from: cancel.cancelledFrom })
    .where('id', '=', cancel.prebookId)
    .where('cancelled_at', 'is', null)
    .returning('waitlist_id')
    .executeTakeFirstOrThrow()
  if (cancel.cancelledFrom === 'waiting') recordWaiting(tx, waitlist_id, -1)
}

/** The number of live prebooks ahead of a prebook on its waitlist, counted up to `cap` + 1. */
export async function countAhead(
  reader: Reader,
  position: { waitlistId: number; prebookId: number; cap: number },
): Promise<number> {
  const ahead = reader
    .selectFrom('prebooks')
    .select('id')
    .where('waitlist_id', '=', position.waitlistId)
    .where('id', '<', position.prebookId)
    .where('cancelled_at', 'is', null)
    .limit(position.cap + 1)
  const { count } = await reader
    .selectFrom(ahead.as('ahead'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** A page of the waiting readers of an open waitlist, in the order of the queue, after `afterId`. */
export async function listWaiting(
  reader: Reader,
  page: { waitlistId: number; afterId: number | null; limit: number },
): Promise<{ prebookId: number; userId: number; email: string | null; createdAt: number }[]> {
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

/** The books that an account waits for, in ascending order of their ids, up to `limit`. */
export async function listAwaitedBooks(
  reader: Reader,
  { userId, limit }: { userId: number; limit: number },
): Promise<number[]> {
  const rows = await reader
    .selectFrom('prebooks')
    .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
    .select('waitlists.book_id')
    .where('prebooks.user_id', '=', userId)
    .where('prebooks.cancelled_at', 'is', null)
    .where(isOpenWaitlist)
    .orderBy('waitlists.book_id')
    .limit(limit)
    .execute()
  return rows.map(({ book_id }) => book_id)
}

/** Cancels the waiting prebooks of an account on some books. The caller must hold the locks of the books. */
export async function cancelWaiting(
  tx: Tx,
  cancel: { userId: number; bookIds: readonly number[]; now: number },
): Promise<void> {
  if (cancel.bookIds.length === 0) return
  const cancelled = await tx
    .updateTable('prebooks')
    .set({ cancelled_at: cancel.now, cancelled_from: 'waiting' })
    .where('user_id', '=', cancel.userId)
    .where('cancelled_at', 'is', null)
    .where('waitlist_id', 'in', (db) =>
      db.selectFrom('waitlists').select('id').where('book_id', 'in', cancel.bookIds).where(isOpenWaitlist),
    )
    .returning('waitlist_id')
    .execute()
  for (const { waitlist_id } of cancelled) recordWaiting(tx, waitlist_id, -1)
}

/** How many prebooks of an account are not cancelled, counted up to `cap`. */
export async function countLivePrebooks(
  reader: Reader,
  { userId, cap }: { userId: number; cap: number },
): Promise<number> {
  const live = reader
    .selectFrom('prebooks')
    .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
    .select('prebooks.id')
    .where('prebooks.user_id', '=', userId)
    .where('prebooks.cancelled_at', 'is', null)
    .where('waitlists.withdrawn_at', 'is', null)
    .limit(cap)
  const { count } = await reader
    .selectFrom(live.as('live'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
