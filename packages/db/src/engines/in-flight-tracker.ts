import { AsyncLocalStorage } from 'node:async_hooks'

/** What a store is busy with: so that it can wait for it before it closes, and refuse a write inside a write. */
export class InFlightTracker {
  readonly #promises = new Set<Promise<unknown>>()
  readonly #writing = new AsyncLocalStorage<true>()

  /** Remembers a piece of work until it is done. */
  async track<T>(work: Promise<T>): Promise<T> {
    this.#promises.add(work)
    try {
      return await work
    } finally {
      this.#promises.delete(work)
    }
  }

  /**
   * Refuses to go on inside a write: on one connection it would wait for itself, on another it would not see what the
   * write has done.
   */
  assertNotWriting(): void {
    if (this.#writing.getStore())
      throw new Error('A write cannot begin inside another write: pass its Tx on.')
  }

  /** Runs the inside of a write. */
  async insideWrite<T>(work: () => Promise<T>): Promise<T> {
    return this.#writing.run(true, work)
  }

  /** Waits until nothing is under way, nor anything that began meanwhile. */
  async settled(): Promise<void> {
    while (this.#promises.size > 0) await Promise.allSettled(this.#promises)
  }
}
