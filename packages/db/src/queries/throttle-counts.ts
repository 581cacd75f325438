import type { Reader, Tx } from '../database.ts'
import { CLEARED_AT_ONCE } from './clear-in-batches.ts'

/** Something that is counted, up to `limit` in a window of `windowMs` that begins with the first try. */
export type ThrottleCount = { key: string; limit: number; windowMs: number }

/** Whether a try was counted, and when the window that it falls into ends, in milliseconds UTC. */
export type CountedTry = { counted: boolean; expiresAt: number }

/** When the window of a count ends that has reached its limit, in milliseconds UTC; null while there is room. */
export async function findFullCount(
  reader: Reader,
  { key, limit }: ThrottleCount,
  now: number,
): Promise<number | null> {
  const row = await reader
    .selectFrom('throttle_counts')
    .select('expires_at')
    .where('key', '=', key)
    .where('tries', '>=', limit)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row?.expires_at ?? null
}

/**
 * Counts one try, unless the limit is reached, and then changes nothing. It is one statement, so that tries sent at once
 * through any number of processes never pass the limit together. A window that is over, or in which every try was taken
 * back, begins anew.
 */
export async function countTry(
  tx: Tx,
  { key, limit, windowMs }: ThrottleCount,
  now: number,
): Promise<CountedTry> {
  const counted = await tx
    .insertInto('throttle_counts')
    .values({ key, tries: 1, expires_at: now + windowMs })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet((eb) => {
          const fresh = eb.or([
            eb('throttle_counts.expires_at', '<=', now),
            eb('throttle_counts.tries', '=', 0),
          ])
          return {
            tries: eb
              .case()
              .when(fresh)
              .then(1)
              .else(eb('throttle_counts.tries', '+', 1))
              .end(),
            expires_at: eb
              .case()
              .when(fresh)
              .then(eb.ref('excluded.expires_at'))
              .else(eb.ref('throttle_counts.expires_at'))
              .end(),
          }
        })
        .where((eb) =>
          eb.or([eb('throttle_counts.expires_at', '<=', now), eb('throttle_counts.tries', '<', limit)]),
        ),
    )
    .returning('expires_at')
    .executeTakeFirst()
  if (counted !== undefined) return { counted: true, expiresAt: counted.expires_at }
  const full = await tx
    .selectFrom('throttle_counts')
    .select('expires_at')
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  return { counted: false, expiresAt: full.expires_at }
}

/** Takes back a try that was counted; once the window that it fell into is over, nothing happens. */
export async function takeBackTry(
  tx: Tx,
  { key, expiresAt }: { key: string; expiresAt: number },
): Promise<void> {
  await tx
    .updateTable('throttle_counts')
    .set((eb) => ({ tries: eb('tries', '-', 1) }))
    .where('key', '=', key)
    .where('expires_at', '=', expiresAt)
    .where('tries', '>', 0)
    .execute()
}

/**
 * Clears away counts whose window is over, the oldest first: a bounded number of them.
 *
 * @returns whether some may be left: then call it again, in another transaction
 */
export async function deleteExpiredCounts(tx: Tx, now: number): Promise<boolean> {
  const over = tx
    .selectFrom('throttle_counts')
    .select('key')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(CLEARED_AT_ONCE)
  const { numDeletedRows } = await tx
    .deleteFrom('throttle_counts')
    .where('key', 'in', over)
    // Asked again: whoever tried meanwhile may have begun a new window.
    .where('expires_at', '<=', now)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows) === CLEARED_AT_ONCE
}
