import { hasReason } from '@prebook/core'
import type { Store } from '@prebook/db'
import type { Metrics } from './metrics.ts'

/** Wraps a store to measure how long each operation takes. Results and errors are unchanged. */
export function instrumentStore(store: Store, { observeStore }: Pick<Metrics, 'observeStore'>): Store {
  async function measure<T>(kind: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now()
    let busy = false
    let failed = false
    try {
      return await work()
    } catch (error) {
      busy = hasReason(error, 'STORE_BUSY')
      failed = hasReason(error, 'STORE_BUSY') && error.storeFailed
      throw error
    } finally {
      observeStore({ kind, seconds: (performance.now() - started) / 1_000, busy, failed })
    }
  }
  return {
    engine: store.engine,
    read: (work) => measure('read', () => store.read(work)),
    write: (work, eventFor) => measure('write', () => store.write(work, eventFor)),
    writeOnBook: (bookId, lock, work, eventFor) =>
      measure(`book ${lock}`, () => store.writeOnBook(bookId, lock, work, eventFor)),
    writeOnBooks: (bookIds, lock, work, eventFor) =>
      measure(`books ${lock}`, () => store.writeOnBooks(bookIds, lock, work, eventFor)),
    writeOnAdmins: (work, eventFor) => measure('admins', () => store.writeOnAdmins(work, eventFor)),
    checkWritable: () => store.checkWritable(),
    emptyLog: () => store.emptyLog(),
    listen: (onEvent) => store.listen(onEvent),
    close: () => store.close(),
  }
}
