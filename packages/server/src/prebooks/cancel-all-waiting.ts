import { cancelWaiting, listAwaitedBooks, type Tx } from '@prebook/db'
import type { Services } from '../services.ts'

/** The most books that one transaction locks. */
const BOOKS_AT_ONCE = 500

/**
 * Cancels the waiting prebooks of an account that can no longer be used, in slices, so that others can write in between. The
 * books of a slice are locked as by a cancellation, so that none of them is restocked meanwhile.
 *
 * @param complete what is done in the last transaction, once none is left
 */
export async function cancelAllWaiting(
  { store, now }: Services,
  userId: number,
  complete: (tx: Tx) => Promise<void>,
): Promise<void> {
  for (let done = false; !done;) {
    const bookIds = await store.read((reader) => listAwaitedBooks(reader, { userId, limit: BOOKS_AT_ONCE }))
    done = await store.writeOnBooks(
      bookIds,
      'shared',
      async (tx) => {
        await cancelWaiting(tx, { userId, bookIds, now: now() })
        // There may be more than were locked.
        if ((await listAwaitedBooks(tx, { userId, limit: 1 })).length > 0) return false
        await complete(tx)
        return true
      },
      () => ({ kind: 'user', userId }),
    )
  }
}
