import { AsyncLocalStorage } from 'node:async_hooks'
import type { PostgresPool } from 'kysely'
import { PrebookError } from '@prebook/core'
import type { Tx } from '../../database.ts'
import { isOfOneRequest } from './postgres-errors.ts'
import { PostgresTransaction, type MakeTx, type Outcome } from './transaction.ts'
import type { WriteSemaphore } from './write-semaphore.ts'

/** The most writes in one transaction. */
const MOST_WRITES = 250

/** The groups that run at once: one is prepared while the other is flushed to disk. */
const MOST_RUNNING = 2

/** The most writes that wait. Further ones are rejected. */
const MOST_WAITING = 10_000

/** A write that waits for its group. */
type Write = {
  bookId: number
  work: (tx: Tx) => Promise<unknown>
  /** Runs the write in a transaction of its own. */
  alone: () => Promise<unknown>
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

/**
 * Commits writes that share locks on their books in groups: they arrive together, and one transaction with a few round trips
 * and one flush carries them all. A group has no savepoints. A write that fails before it changed a row has nothing to undo;
 * after any other failure the group is rolled back, and each of its writes runs alone. A write whose book is locked does not
 * keep the others waiting, but runs alone too. Nothing is answered before the commit.
 */
export class GroupedWrites {
  readonly #pool: PostgresPool
  readonly #makeTx: MakeTx
  readonly #semaphore: WriteSemaphore
  readonly #locks: boolean
  readonly #waiting: Write[] = []
  #running = 0
  #scheduled = false

  constructor(options: { pool: PostgresPool; makeTx: MakeTx; semaphore: WriteSemaphore; locks: boolean }) {
    this.#pool = options.pool
    this.#makeTx = options.makeTx
    this.#semaphore = options.semaphore
    this.#locks = options.locks
  }

  /**
   * Runs `work` with a shared lock on its book, and resolves after the commit.
   *
   * @param alone does the same in a transaction of its own
   * @throws PrebookError `STORE_BUSY` when too many writes are waiting
   */
  async write<T>(bookId: number, work: (tx: Tx) => Promise<T>, alone: () => Promise<T>): Promise<T> {
    if (this.#waiting.length >= MOST_WAITING) {
      const cause = new Error('The write queue is full.')
      throw new PrebookError('STORE_BUSY', { cause, retryAfterSeconds: 1 })
    }
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const asCaller = AsyncLocalStorage.snapshot()
    this.#waiting.push({
      bookId,
      work: (tx) => asCaller(work, tx),
      alone: () => asCaller(alone),
      resolve,
      reject,
    })
    this.#schedule()
    return promise as Promise<T>
  }

  #schedule(): void {
    if (this.#scheduled || this.#running >= MOST_RUNNING || this.#waiting.length === 0) return
    this.#scheduled = true
    // At the end of this turn of the event loop, so that all requests readable now share the commit.
    setImmediate(() => {
      this.#scheduled = false
      void this.#runNext()
    })
  }

  async #runNext(): Promise<void> {
    const group = this.#waiting.splice(0, MOST_WRITES)
    this.#running += 1
    this.#schedule()
    try {
      const answer = await this.#semaphore.run(() => this.#commit(group), { urgent: false })
      answer()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
    this.#running -= 1
    this.#schedule()
  }

  /** Commits a group. Resolves to a function that answers its writes. */
  async #commit(group: readonly Write[]): Promise<() => void> {
    const client = await this.#pool.connect()
    let broken = false
    try {
      const transaction = new PostgresTransaction(client, this.#makeTx)
      const locked = this.#lock(transaction, group)
      const outcomes = await Promise.all(
        group.map(({ bookId, work }) => transaction.run(work, assertLocked(locked, bookId))),
      )
      const ids = await locked.catch(() => null)
      const { failure } = transaction
      if (failure !== undefined || outcomes.some(mustBeUndone)) {
        await transaction.rollback().catch(() => (broken = true))
        if (failure !== undefined && !isOfOneRequest(failure.error)) throw failure.error
        return () => group.forEach(runAlone)
      }
      try {
        await transaction.commit()
      } catch (error) {
        // Without a failed statement it is unknown whether the server has committed.
        if (transaction.failure === undefined || !isOfOneRequest(error)) throw error
        return () => group.forEach(runAlone)
      }
      return () => {
        for (const [index, write] of group.entries()) {
          if (ids === null || ids.has(write.bookId)) settle(write, outcomes[index])
          else runAlone(write)
        }
      }
    } finally {
      client.release(broken)
    }
  }

  /**
   * Takes a shared lock on each book that is free, without waiting. A book whose exclusive lock is held or awaited counts as
   * locked, so a group never overtakes a restock.
   *
   * @returns the ids of the books that were locked; null without locks
   */
  async #lock(
    transaction: PostgresTransaction,
    group: readonly Write[],
  ): Promise<ReadonlySet<unknown> | null> {
    if (!this.#locks) return null
    const ids = [...new Set(group.map(({ bookId }) => bookId))]
    const rows = await transaction.send(
      'select id from unnest($1::bigint[]) as id where pg_try_advisory_xact_lock_shared(id)',
      [ids],
    )
    return new Set(rows.map(({ id }) => id))
  }
}

async function assertLocked(locked: Promise<ReadonlySet<unknown> | null>, bookId: number): Promise<void> {
  const ids = await locked
  if (ids !== null && !ids.has(bookId)) throw new Error(`Book ${bookId} is locked by another transaction.`)
}

function mustBeUndone(outcome: Outcome<unknown>): boolean {
  return 'error' in outcome && outcome.wrote
}

function settle(write: Write, outcome: Outcome<unknown> | undefined): void {
  if (outcome === undefined) return
  if ('result' in outcome) write.resolve(outcome.result)
  else write.reject(outcome.error)
}

function runAlone({ alone, resolve, reject }: Write): void {
  void alone().then(resolve, reject)
}
