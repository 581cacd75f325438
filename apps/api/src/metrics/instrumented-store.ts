import { hasReason } from '@prebook/core'
import type { Store } from '@prebook/db'
import type { Metrics } from './metrics.ts'

/** The store, with a note of how long each piece of work took. What it does and throws is the same. */
export function instrumentStore(store: Store, { observeStore }: Pick<Metrics, 'observeStore'>): Store {
  async function measure<T>(kind: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now()
    let busy = false
    try {
      return await work()
    } catch (error) {
      busy = hasReason(error, 'STORE_BUSY')
      throw error
    } finally {
      observeStore({ kind, seconds: (performance.now() - started) / 1_000, busy })
    }
  }
  return {
    engine: store.engine,
    read: (work) => measure('read', () => store.read(work)),
    write: (work, tell) => measure('write', () => store.write(work, tell)),
    writeOnBook: (bookId, lock, work, tell) =>
      measure(`book ${lock}`, () => store.writeOnBook(bookId, lock, work, tell)),
    listen: (hear) => store.listen(hear),
    close: () => store.close(),
  }
}
