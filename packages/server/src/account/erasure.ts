import { assertAdminLeft, PrebookError } from '@prebook/core'
import {
  clearInBatches,
  completeErasure,
  deleteConsentsOf,
  deleteKeptAnswersOf,
  deleteStockRequestsOf,
  eraseIdentity,
  findUser,
  forgetWishesOf,
  hasOtherActiveAdmin,
  listUnfinishedErasures,
  recordAudit,
  type Tx,
  type UserRow,
} from '@prebook/db'
import { cancelAllWaiting } from '../prebooks/cancel-all-waiting.ts'
import type { Services } from '../services.ts'

/** Unfinished erasures that are read at once. There is rarely one. */
const PAGE = 100

/**
 * Begins to erase an account: removes what identifies the person, ends its sessions and frees its address. Call it in
 * `Store.writeOnAdmins`, and {@link finishErasure} after the commit. If the process dies in between, {@link finishErasures}
 * continues.
 *
 * @returns the account as it was. Throw to take everything back
 * @throws PrebookError `USER_LAST_ADMIN`, `USER_NOT_FOUND` when it was erased before
 */
export async function beginErasure(
  { sessions, throttles, now }: Services,
  tx: Tx,
  userId: number,
): Promise<UserRow> {
  const user = await findUser(tx, userId)
  if (user === undefined) throw new PrebookError('USER_NOT_FOUND')
  const standing = { role: user.role, isActive: user.is_active === 1 }
  assertAdminLeft(standing, null, await hasOtherActiveAdmin(tx, userId))
  const before = await eraseIdentity(tx, userId)
  await sessions.endAllIn(tx, userId)
  await throttles.forgetNetworks(tx, before.email)
  if (before.role !== 'reader') {
    const entry = { at: now(), actor: { userId }, subject: `user:${userId}` } as const
    await recordAudit(tx, { ...entry, action: 'account.erase', details: {} })
  }
  return before
}

/** Removes the rest: kept answers, consents and waiting prebooks, in slices. Can be repeated. */
export async function finishErasure(services: Services, userId: number): Promise<void> {
  const { store, now } = services
  await clearInBatches(store, (tx) => deleteStockRequestsOf(tx, userId))
  await clearInBatches(store, (tx) => deleteKeptAnswersOf(tx, userId))
  await clearInBatches(store, (tx) => deleteConsentsOf(tx, userId))
  await clearInBatches(store, (tx) => forgetWishesOf(tx, userId))
  await cancelAllWaiting(services, userId, {
    complete: (tx) => completeErasure(tx, { userId, now: now() }),
  })
  await store.emptyLog()
}

/** Finishes what a process that died has left, until the signal is aborted, and empties the log of the database. */
export async function finishErasures(services: Services, signal?: AbortSignal): Promise<void> {
  const { store } = services
  const stopped = () => signal?.aborted === true
  for (let afterId = 0; ;) {
    const page = { afterId, limit: PAGE }
    const ids = await store.read((reader) => listUnfinishedErasures(reader, page))
    for (const id of ids) {
      if (stopped()) return
      await finishErasure(services, id)
      afterId = id
    }
    if (ids.length === 0) break
  }
  // Another process may have needed it when the last account was erased.
  if (!stopped()) await store.emptyLog()
}
