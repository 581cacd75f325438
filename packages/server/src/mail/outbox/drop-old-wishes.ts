import { WISH_MS } from '@prebook/core'
import { clearInBatches, deleteOldWishMail, hasOldWishMail } from '@prebook/db'
import type { Services } from '../../services.ts'

/** Deletes mail that asks a guest to confirm a pre-booking and could not be sent for an hour. */
export async function dropOldWishes({ store, now }: Services): Promise<void> {
  const queuedBy = now() - WISH_MS.unsent
  // Read first, so that the usual poll writes nothing.
  if (await store.read((reader) => hasOldWishMail(reader, queuedBy)))
    await clearInBatches(store, (tx) => deleteOldWishMail(tx, queuedBy))
}
