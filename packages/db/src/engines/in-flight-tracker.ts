import { AsyncLocalStorage } from 'node:async_hooks'

/** Tracks the running work of a store, so that it can wait before it closes and can reject a write inside a write. */
export class InFlightTracker {
  readonly #promises = new Set<Promise<unknown>>()
  readonly #writing = new AsyncLocalStorage<true>()

  /** Tracks a promise until it settles. */
  async track<T>(work: Promise<T>): Promise<T> {
    this.#promises.add(work)
    try {
      return await work
    } finally {
      this.#promises.delete(work)
    }
  }

  /**
   * Throws inside a write. A nested write would deadlock on the same connection, and on another connection it would not
   * see the changes of the outer write.
   */
  assertNotWriting(): void {
    if (this.#writing.getStore())
      throw new Error('A write cannot begin inside another write: pass its transaction on.')
  }

  /** Runs the work of a write. */
  async insideWrite<T>(work: () => Promise<T>): Promise<T> {
    return this.#writing.run(true, work)
  }

  /** Waits until no work is running, including work that began in the meantime. */
  async drain(): Promise<void> {
    while (this.#promises.size > 0) await Promise.allSettled(this.#promises)
  }
}
