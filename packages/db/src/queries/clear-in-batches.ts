import type { Tx } from '../database.ts'
import type { Store } from '../store.ts'

/**
 * Clears rows away, some in each transaction, so that others write in between.
 *
 * @param clearSome clears away a bounded number, and says whether some may be left
 */
export async function clearInBatches(store: Store, clearSome: (tx: Tx) => Promise<boolean>): Promise<void> {
  while (await store.write(clearSome)) {
    // On to the next.
  }
}
