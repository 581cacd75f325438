import { cancelWaiting, listAwaitedBooks, type Tx } from '@prebook/db'
import type { Services } from '../services.ts'

/** The most books that one transaction locks. */
const BOOKS_AT_ONCE = 500

/**
 * Cancels the waiting prebooks of an account that can no longer be used, in slices, so that others can write in between. The
 * books of a slice are locked as by a cancellation, so that none of them is restocked meanwhile.
 *
 * @param steps `begin` comes first in each transaction, and stops it all by returning false; `complete` comes last in the last one,
 *   once none is left
 * @returns whether it was completed
 */
export async function cancelAllWaiting(
  { store, now }: Services,
  userId: number,
  steps: { begin?: (tx: Tx) => Promise<boolean>; complete: (tx: Tx) => Promise<void> },
): Promise<boolean> {
  for (;;) {
    const bookIds = await store.read((reader) => listAwaitedBooks(reader, { userId, limit: BOOKS_AT_ONCE }))
    const outcome = await store.writeOnBooks(
      bookIds,
      'shared',
      async (tx) => {
        if ((await steps.begin?.(tx)) === false) return 'stopped'
        await cancelWaiting(tx, { userId, bookIds, now: now() })
        // There may be more than were locked.
        if ((await listAwaitedBooks(tx, { userId, limit: 1 })).length > 0) return 'more'
        await steps.complete(tx)
        return 'completed'
      },
      () => ({ kind: 'user', userId }),
    )
    if (outcome !== 'more') return outcome === 'completed'
  }
}
