import { PrebookError } from '@prebook/core'

/**
 * Limits how many writes use a connection at once. A write holds its connection while it waits for the lock on its
 * book, so without a limit a rush on one title would leave none for reads. Urgent writes, such as a restock during that
 * rush, take turns with the other writes: neither kind starves.
 */
export class WriteSemaphore {
  #free: number
  readonly #waitMs: number
  readonly #urgent = new Set<() => void>()
  readonly #others = new Set<() => void>()
  #urgentWasLast = false

  /**
   * @param poolSize connections in the pool. If there is more than one, a quarter of them is reserved for reads
   * @param waitMs how long a write waits for a connection, in milliseconds
   */
  constructor(poolSize: number, waitMs: number) {
    this.#free = Math.max(1, poolSize - Math.max(1, Math.floor(poolSize / 4)))
    this.#waitMs = waitMs
  }

  /**
   * Runs a write as soon as a connection is free.
   *
   * @throws PrebookError `STORE_BUSY` when none becomes free in time
   */
  async run<T>(write: () => Promise<T>, { urgent }: { urgent: boolean }): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await this.#wait(urgent ? this.#urgent : this.#others)
    try {
      return await write()
    } finally {
      this.#release()
    }
  }

  async #wait(queue: Set<() => void>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      queue.delete(resolve)
      reject(timedOut(this.#waitMs))
    }, this.#waitMs)
    queue.add(resolve)
    try {
      await promise
    } finally {
      clearTimeout(timer)
    }
  }

  #release(): void {
    const [first, second] = this.#urgentWasLast ? [this.#others, this.#urgent] : [this.#urgent, this.#others]
    const queue = first.size > 0 ? first : second
    const [next] = queue
    if (next === undefined) {
      this.#free += 1
      return
    }
    queue.delete(next)
    this.#urgentWasLast = queue === this.#urgent
    next()
  }
}

function timedOut(waitMs: number): PrebookError {
  const cause = new Error(`A write waited ${waitMs} ms for a connection: all were in use by other writes.`)
  return new PrebookError('STORE_BUSY', { cause, retryAfterSeconds: 1 })
}
