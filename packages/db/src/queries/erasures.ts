import { PrebookError } from '@prebook/core'
import type { NotNull } from 'kysely'
import type { Reader, Tx, UserRow } from '../database.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'
import { skipUnsentMail } from './deliveries.ts'
import { deleteSuppressions } from './suppressions.ts'
import { deleteWishMailTo } from './wish-mail.ts'
import { lockUser } from './users.ts'

/**
 * Removes what identifies the person of an account from the account and from its mail: after the commit, there is no address
 * to sign in with or to send to. Sessions, kept answers and waiting prebooks are left, and until {@link completeErasure}
 * {@link listUnfinishedErasures} finds the account.
 *
 * @returns the account as it was
 * @throws PrebookError `USER_NOT_FOUND` when it was erased before
 */
export async function eraseIdentity(tx: Tx, userId: number): Promise<UserRow> {
  // Locked, so that what follows sees all that was committed about the account before.
  const before = await lockUser(tx, { userId })
  if (before === undefined) throw new PrebookError('USER_NOT_FOUND')
  await tx
    .updateTable('users')
    .set({
      email: null,
      password_hash: null,
      role: 'reader',
      is_active: 0,
      mail_opt_out: 0,
      verified_at: null,
      locale: 'en',
    })
    .where('id', '=', userId)
    .execute()
  await tx.deleteFrom('account_links').where('user_id', '=', userId).execute()
  const addresses = await listRecipients(tx, userId)
  await eraseDeliveries(tx, userId)
  await deleteWishMailTo(tx, before.email)
  // After the deliveries: a worker that still held one could record another refusal.
  for (const address of [before.email, ...addresses]) await deleteSuppressions(tx, address)
  return before
}

/** The addresses that mail of an account went to, other than its own. */
async function listRecipients(tx: Tx, userId: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('deliveries')
    .select('recipient')
    .distinct()
    .where('user_id', '=', userId)
    .where('recipient', 'is not', null)
    .$narrowType<{ recipient: NotNull }>()
    .execute()
  return rows.map(({ recipient }) => recipient)
}

/** Skips what is not sent yet. The other outcomes stay. */
async function eraseDeliveries(tx: Tx, userId: number): Promise<void> {
  await skipUnsentMail(tx, { userId, reason: 'erased' })
  await tx
    .updateTable('deliveries')
    .set({ recipient: null, payload: null, last_error: null, locale: 'en' })
    .where('user_id', '=', userId)
    .where((eb) =>
      eb.or([
        eb('recipient', 'is not', null),
        eb('payload', 'is not', null),
        eb('last_error', 'is not', null),
        eb('locale', '<>', 'en'),
      ]),
    )
    .execute()
}

/** Marks an account as erased, once nothing of the person is left. */
export async function completeErasure(tx: Tx, erased: { userId: number; now: number }): Promise<void> {
  await tx
    .updateTable('users')
    .set({ erased_at: erased.now })
    .where('id', '=', erased.userId)
    .where('email', 'is', null)
    .where('erased_at', 'is', null)
    .execute()
}

/** Accounts whose erasing has begun and is not complete, after `afterId`. */
export async function listUnfinishedErasures(
  reader: Reader,
  page: { afterId: number; limit: number },
): Promise<number[]> {
  const rows = await reader
    .selectFrom('users')
    .select('id')
    .where('email', 'is', null)
    .where('erased_at', 'is', null)
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * Deletes a batch of the answers that are kept for an account's idempotency keys.
 *
 * @returns how many it deleted, up to {@link CLEAR_BATCH_ROWS}
 */
export async function deleteStockRequestsOf(tx: Tx, userId: number): Promise<number> {
  const own = tx
    .selectFrom('stock_requests')
    .select('idempotency_key')
    .where('actor_id', '=', userId)
    .limit(CLEAR_BATCH_ROWS)
  const { numDeletedRows } = await tx
    .deleteFrom('stock_requests')
    .where('actor_id', '=', userId)
    .where('idempotency_key', 'in', own)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
