import type { ExpressionBuilder } from 'kysely'
import type { Database, Reader, Tx } from '../database.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'
import { latestEnd } from '../throttle-window.ts'

/** A counter: up to `limit` attempts in a window of `windowMs` milliseconds that begins with the first attempt. */
export type ThrottleCount = { key: string; limit: number; windowMs: number }

/** Whether an attempt was counted, and when its window ends, in milliseconds UTC. */
export type CountedTry = { counted: boolean; expiresAt: number }

/** A counter or mark whose time has not ended. `expiresAt` is in milliseconds UTC. */
export type FoundCount = { tries: number; expiresAt: number }

/** The counters and marks with these keys whose time has not ended, by key. */
export async function findCounts(
  reader: Reader,
  keys: readonly string[],
  now: number,
): Promise<Map<string, FoundCount>> {
  const rows = await reader
    .selectFrom('throttle_counts')
    .selectAll()
    .where('key', 'in', keys)
    .where('expires_at', '>', now)
    .execute()
  return new Map(rows.map((row) => [row.key, { tries: row.tries, expiresAt: row.expires_at }]))
}

/**
 * Counts one attempt. If the limit is reached, nothing changes. It is one statement, so that concurrent attempts
 * through any number of processes never exceed the limit. A window restarts when it is over, or when every attempt in
 * it was taken back.
 */
export async function countTry(tx: Tx, throttle: ThrottleCount, now: number): Promise<CountedTry> {
  const { key, limit, windowMs } = throttle
  const isOver = (eb: ExpressionBuilder<Database, 'throttle_counts'>) =>
    eb.or([
      eb('throttle_counts.expires_at', '<=', now),
      eb('throttle_counts.expires_at', '>', latestEnd(throttle, now)),
    ])
  const counted = await tx
    .insertInto('throttle_counts')
    .values({ key, tries: 1, expires_at: now + windowMs })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet((eb) => {
          const fresh = eb.or([isOver(eb), eb('throttle_counts.tries', '=', 0)])
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
        .where((eb) => eb.or([isOver(eb), eb('throttle_counts.tries', '<', limit)])),
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

/** Takes back a counted attempt. Does nothing when its window has ended. */
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

/** Keeps a mark until a time, in milliseconds UTC. {@link findCounts} finds it. */
export async function keepMark(tx: Tx, key: string, expiresAt: number): Promise<void> {
  await tx
    .insertInto('throttle_counts')
    .values({ key, tries: 1, expires_at: expiresAt })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ tries: 1, expires_at: expiresAt }))
    .execute()
}

/**
 * Deletes a batch of counters and marks whose key begins with `prefix`, which is hexadecimal.
 *
 * @returns how many it deleted, up to {@link CLEAR_BATCH_ROWS}
 */
export async function deleteCountsOf(tx: Tx, prefix: string): Promise<number> {
  const some = tx
    .selectFrom('throttle_counts')
    .select('key')
    .where('key', '>=', prefix)
    // The first text after every key with this prefix.
    .where('key', '<', `${prefix}g`)
    .limit(CLEAR_BATCH_ROWS)
  const { numDeletedRows } = await tx
    .deleteFrom('throttle_counts')
    .where('key', 'in', some)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/**
 * Deletes the marks whose key begins with `prefix`, which is hexadecimal. Marks are kept for longer than any window, so they
 * are what ends after `after`. Counters stay, because a limit must not be lifted by those that it limits.
 */
export async function deleteMarksOf(tx: Tx, prefix: string, after: number): Promise<void> {
  await tx
    .deleteFrom('throttle_counts')
    .where('key', '>=', prefix)
    .where('key', '<', `${prefix}g`)
    .where('expires_at', '>', after)
    .execute()
}

/**
 * Deletes a batch of counters whose window has ended, oldest first.
 *
 * @returns how many it deleted, up to {@link CLEAR_BATCH_ROWS}
 */
export async function deleteExpiredCounts(tx: Tx, now: number): Promise<number> {
  const over = tx
    .selectFrom('throttle_counts')
    .select('key')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(CLEAR_BATCH_ROWS)
  const { numDeletedRows } = await tx
    .deleteFrom('throttle_counts')
    .where('key', 'in', over)
    // Checked again, because a concurrent attempt may have begun a new window.
    .where('expires_at', '<=', now)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
