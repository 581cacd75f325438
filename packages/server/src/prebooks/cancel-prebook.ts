import { cancellation, PrebookError, type Prebook, type PrebookIdInput } from '@prebook/core'
import { findPrebook, recordCancellation, type Tx } from '@prebook/db'
import type { Services } from '../services.ts'
import { presentPrebook } from './present-prebook.ts'

/**
 * Cancels a prebook of the user, waiting or notified. Its place in the queue is lost.
 *
 * @throws PrebookError `PREBOOK_NOT_FOUND`, `PREBOOK_ALREADY_CANCELLED`
 */
export async function cancelPrebook(
  { services, user }: { services: Services; user: { id: number } },
  { prebookId }: PrebookIdInput,
): Promise<Prebook> {
  const { store, now } = services
  const own = { prebookId, userId: user.id }
  // The book of a prebook never changes, so it can be read before it is locked.
  const found = await store.read((reader) => findPrebook(reader, own))
  if (found === undefined) throw new PrebookError('PREBOOK_NOT_FOUND')
  const cancel = async (tx: Tx) => {
    // Under the lock, decide whether it was notified first, and record that with the cancellation.
    const prebook = await findPrebook(tx, own)
    if (prebook === undefined) throw new PrebookError('PREBOOK_NOT_FOUND')
    const { cancelledFrom } = cancellation(prebook)
    const cancelledAt = now()
    await recordCancellation(tx, { prebookId, cancelledFrom, now: cancelledAt })
    return presentPrebook(services, { ...prebook, cancelledAt, cancelledFrom })
  }
  return store.writeOnBook(found.bookId, 'shared', cancel, () => ({ kind: 'user', userId: user.id }))
}
