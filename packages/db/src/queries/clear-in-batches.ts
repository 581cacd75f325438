import type { Tx } from '../database.ts'
import type { Store, EventFor } from '../store.ts'

/**
 * The maximum number of rows that one transaction deletes. A million at once would block other writes for seconds. A
 * function that deletes one batch returns how many rows it deleted: if it is this number, some may be left.
 */
export const CLEAR_BATCH_ROWS = 250

/**
 * Deletes rows in batches, each in its own transaction, so that other writes can run in between.
 *
 * @param clearSome deletes up to {@link CLEAR_BATCH_ROWS} rows, and returns how many
 * @param options.signal stops after the current batch, so that a shutdown does not wait until all rows are deleted
 * @param options.eventFor the event to publish after each commit
 * @returns how many rows were deleted
 */
export async function clearInBatches(
  store: Store,
  clearSome: (tx: Tx) => Promise<number>,
  { signal, eventFor }: { signal?: AbortSignal | undefined; eventFor?: EventFor<number> } = {},
): Promise<number> {
  for (let cleared = 0; ;) {
    if (signal?.aborted === true) return cleared
    const rows = await store.write(clearSome, eventFor)
    cleared += rows
    if (rows < CLEAR_BATCH_ROWS) return cleared
  }
}
