import type { CancelledFrom, PrebookStatus } from '@prebook/core'
import type { Reader, Tx } from '../database.ts'
import { preparedQuery, type Params } from './prepared-query.ts'
import { prebookRows, type PrebookRow } from './prebook-rows.ts'
import { prebookStatusSql } from './prebook-status-sql.ts'

export type { PrebookRow }

const ownPrebook = preparedQuery((reader: Reader, slots: Params<{ prebookId: number; userId: number }>) =>
  prebookRows(reader).where('prebooks.id', '=', slots.prebookId).where('prebooks.user_id', '=', slots.userId),
)

type PageOfMine = { userId: number; beforeId: number; limit: number }

function prebooksOf(reader: Reader, slots: Params<PageOfMine>) {
  return (
    prebookRows(reader)
      .where('prebooks.user_id', '=', slots.userId)
      .where('prebooks.id', '<', slots.beforeId)
      // By id, not by time: two rows can share a millisecond, and clocks go backwards.
      .orderBy('prebooks.id', 'desc')
      .limit(slots.limit)
  )
}

const allPrebooksOf = preparedQuery(prebooksOf)

const prebooksOfWithStatus = preparedQuery(
  (reader: Reader, slots: Params<PageOfMine & { status: PrebookStatus }>) =>
    prebooksOf(reader, slots).where((eb) =>
      eb(
        prebookStatusSql({
          cancelledAt: eb.ref('prebooks.cancelled_at'),
          waitlistNotifiedAt: eb.ref('waitlists.notified_at'),
        }),
        '=',
        slots.status,
      ),
    ),
)

const newPrebook = preparedQuery(
  (tx: Tx, slots: Params<{ waitlistId: number; userId: number; now: number }>) =>
    tx
      .insertInto('prebooks')
      .values({ waitlist_id: slots.waitlistId, user_id: slots.userId, created_at: slots.now })
      .onConflict((conflict) =>
        conflict.columns(['waitlist_id', 'user_id']).where('cancelled_at', 'is', null).doNothing(),
      )
      .returning('id'),
)

/** Somebody's own prebook, or undefined: somebody else's is like one that does not exist. */
export async function findPrebook(
  reader: Reader,
  own: { prebookId: number; userId: number },
): Promise<PrebookRow | undefined> {
  const [prebook] = await ownPrebook(reader, own)
  return prebook
}

/** Somebody's prebooks, newest first, from before `beforeId` on, of one status or of all. */
export async function listPrebooks(
  reader: Reader,
  page: { userId: number; status: PrebookStatus | undefined; beforeId: number | null; limit: number },
): Promise<PrebookRow[]> {
  const { userId, status, limit } = page
  const mine = { userId, limit, beforeId: page.beforeId ?? Number.MAX_SAFE_INTEGER }
  return status === undefined
    ? allPrebooksOf(reader, mine)
    : prebooksOfWithStatus(reader, { ...mine, status })
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
  const [row] = await newPrebook(tx, prebook)
  return row?.id
}

/** Records that a prebook was cancelled. It must not be cancelled yet: the caller read it in the same transaction. */
export async function recordCancellation(
  tx: Tx,
  cancel: { prebookId: number; cancelledFrom: CancelledFrom; now: number },
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
