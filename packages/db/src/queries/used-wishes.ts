import { sql } from 'kysely'
import type { Reader, Tx } from '../database.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'

/** What became of a confirmed wish. `prebook` is null once its account is erased. */
export type UsedWish = {
  prebook: { id: number; userId: number; manageGeneration: number } | null
}

/** The confirmed wish with this hash, or undefined. */
export async function findUsedWish(reader: Reader, hash: string): Promise<UsedWish | undefined> {
  const row = await reader
    .selectFrom('used_wishes')
    .leftJoin('prebooks', 'prebooks.id', 'used_wishes.prebook_id')
    .select(['prebooks.id', 'prebooks.user_id', 'used_wishes.manage_generation'])
    .where('used_wishes.hash', '=', hash)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { id, user_id, manage_generation } = row
  if (id === null || user_id === null || manage_generation === null) return { prebook: null }
  return { prebook: { id, userId: user_id, manageGeneration: manage_generation } }
}

/**
 * Claims a wish. Of concurrent transactions one does, and the others wait until it ends. Call {@link recordWishPrebook} in the
 * same transaction.
 *
 * @param wish `expiresAt` is when its link expires, in milliseconds UTC
 * @returns false when it was claimed before
 */
export async function claimWish(tx: Tx, wish: { hash: string; expiresAt: number }): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('used_wishes')
    .values({ hash: wish.hash, expires_at: wish.expiresAt })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .executeTakeFirstOrThrow()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Records the prebook that a wish led to. */
export async function recordWishPrebook(
  tx: Tx,
  wish: { hash: string; prebookId: number; manageGeneration: number },
): Promise<void> {
  await tx
    .updateTable('used_wishes')
    .set({ prebook_id: wish.prebookId, manage_generation: wish.manageGeneration })
    .where('hash', '=', wish.hash)
    .execute()
}

/**
 * Separates a batch of the wishes of an account from their prebooks. Until their links expire, the hashes stay, so that these
 * make no prebook.
 *
 * @returns how many it separated, up to {@link CLEAR_BATCH_ROWS}
 */
export async function forgetWishesOf(tx: Tx, userId: number): Promise<number> {
  const own = tx
    .selectFrom('prebooks')
    .innerJoin('used_wishes', 'used_wishes.prebook_id', 'prebooks.id')
    .select('used_wishes.hash')
    .where('prebooks.user_id', '=', userId)
    .limit(CLEAR_BATCH_ROWS)
  const { numUpdatedRows } = await tx
    .updateTable('used_wishes')
    .set({ prebook_id: null, manage_generation: null })
    .where('hash', 'in', own)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

/**
 * Deletes a batch of wishes whose links have expired, oldest first.
 *
 * @returns how many it deleted, up to {@link CLEAR_BATCH_ROWS}
 */
export async function deleteExpiredWishes(tx: Tx, now: number): Promise<number> {
  const expired = tx
    .selectFrom('used_wishes')
    .select('hash')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    // A literal, so that the planner knows that these are few.
    .limit(sql.lit(CLEAR_BATCH_ROWS))
  const { numDeletedRows } = await tx
    .deleteFrom('used_wishes')
    .where('hash', 'in', expired)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
