import { PrebookError } from '@prebook/core'

/**
 * Lets so many writes at once have a connection. A write holds one while it waits for the lock on its book: without a
 * limit, a rush on one title would leave none to those who only read. Writes that nobody can do without, such as a restock
 * in the middle of that rush, go before the others, one for one: neither starves.
 */
export class WriteSemaphore {
  #free: number
  readonly #waitMs: number
  readonly #urgent = new Set<() => void>()
  readonly #others = new Set<() => void>()
  #urgentWasLast = false

  /**
   * @param poolSize connections in the pool. A quarter of them, if there is more than one, is left to reads
   * @param waitMs how long a write waits for its turn, in milliseconds
   */
  constructor(poolSize: number, waitMs: number) {
    this.#free = Math.max(1, poolSize - Math.max(1, Math.floor(poolSize / 4)))
    this.#waitMs = waitMs
  }

  /**
   * Runs a write when its turn has come.
   *
   * @throws PrebookError `STORE_BUSY` when it did not come in time
   */
  async run<T>(write: () => Promise<T>, { urgent }: { urgent: boolean }): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await this.#turn(urgent ? this.#urgent : this.#others)
    try {
      return await write()
    } finally {
      this.#passOn()
    }
  }

  async #turn(queue: Set<() => void>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      queue.delete(resolve)
      reject(tooLate(this.#waitMs))
    }, this.#waitMs)
    queue.add(resolve)
    try {
      await promise
    } finally {
      clearTimeout(timer)
    }
  }

  #passOn(): void {
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

function tooLate(waitMs: number): PrebookError {
  const cause = new Error(`A write waited ${waitMs} ms for a connection: all were in use by other writes.`)
  return new PrebookError('STORE_BUSY', { cause, retryAfterSeconds: 1 })
}
