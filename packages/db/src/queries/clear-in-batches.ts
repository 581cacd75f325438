import type { Tx } from '../database.ts'
import type { Store, EventFor } from '../store.ts'

/** The maximum number of rows that one transaction deletes. A million at once would block other writes for seconds. */
export const CLEAR_BATCH_ROWS = 250

/**
 * Deletes rows in batches, each in its own transaction, so that other writes can run in between.
 *
 * @param clearSome deletes a bounded number of rows, and returns whether some may be left
 * @param options.signal stops after the current batch, so that a shutdown does not wait until all rows are deleted
 * @param options.eventFor the event to publish after each commit
 */
export async function clearInBatches(
  store: Store,
  clearSome: (tx: Tx) => Promise<boolean>,
  { signal, eventFor }: { signal?: AbortSignal | undefined; eventFor?: EventFor<boolean> } = {},
): Promise<void> {
  const stopped = () => signal?.aborted === true
  while (!stopped() && (await store.write(clearSome, eventFor))) {
    // Continue with the next batch.
  }
}
