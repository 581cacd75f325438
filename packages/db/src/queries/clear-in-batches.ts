import type { Tx } from '../database.ts'
import type { Store, EventFor } from '../store.ts'

/** Rows that one transaction clears away, at most: a million at once would hold up everybody for seconds. */
export const CLEARED_AT_ONCE = 250

/**
 * Clears rows away, some in each transaction, so that others write in between.
 *
 * @param clearSome clears away a bounded number, and says whether some may be left
 * @param options.signal leaves the rest where it is: a stop waits for what is under way, and a million rows take minutes
 * @param options.tell what listeners are told of each commit
 */
export async function clearInBatches(
  store: Store,
  clearSome: (tx: Tx) => Promise<boolean>,
  { signal, tell }: { signal?: AbortSignal | undefined; tell?: EventFor<boolean> } = {},
): Promise<void> {
  const stopped = () => signal?.aborted === true
  while (!stopped() && (await store.write(clearSome, tell))) {
    // On to the next.
  }
}
