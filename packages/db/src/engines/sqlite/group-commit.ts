import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import { PrebookError } from '@prebook/core'
import type { Tx } from '../../database.ts'
import { lockPauses } from './lock-wait.ts'
import { isLocked, sqliteBusy, translateSqliteError } from './sqlite-errors.ts'
import type { WriteConnection } from './write-connection.ts'

/** The limits of group commit. Times are in milliseconds. */
export type GroupCommitLimits = {
  /** How long a write waits for another process's lock, from its own arrival. */
  lockWaitMs: number
  /** The maximum number of writes in one transaction. */
  batchWrites: number
  /** After this time a transaction takes no further write, because its writes block the event loop. */
  batchMs: number
  /** The maximum number of waiting writes. Further writes are rejected. */
  queueWrites: number
  /** The time limit of one write. A write that takes longer is awaiting something other than its own queries. */
  writeMs: number
}

export const groupCommitLimits: Omit<GroupCommitLimits, 'lockWaitMs'> = {
  batchWrites: 250,
  batchMs: 10,
  queueWrites: 10_000,
  writeMs: 5_000,
}

/** A pending write. */
type Write = {
  run: (tx: Tx) => Promise<unknown>
  arrivedAt: number
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

/**
 * Commits writes in groups. A commit flushes to disk, which costs more than the rest of a write, so writes that arrive
 * during a commit share the next one. Each write has its own savepoint, so that a failed write is rolled back alone.
 * Writes run in the order of their arrival. All are answered after the commit, including rejected ones: the rejection
 * may depend on rows of another write in the group, which are only durable then.
 */
export class GroupCommit {
  readonly #connection: WriteConnection
  readonly #limits: GroupCommitLimits
  readonly #queue: Write[] = []
  readonly #betweenCommits: (() => void)[] = []
  #committing = false

  constructor(connection: WriteConnection, limits: GroupCommitLimits) {
    this.#connection = connection
    this.#limits = limits
  }

  /**
   * Runs `run` in a transaction and resolves after its commit.
   *
   * @throws PrebookError `STORE_BUSY` when the queue is full, the store stays locked, or the transaction is lost
   */
  async write<T>(run: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#queue.length >= this.#limits.queueWrites) throw queueFull()
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const asCaller = AsyncLocalStorage.snapshot()
    const write = { run: (tx: Tx) => asCaller(run, tx), arrivedAt: performance.now(), resolve, reject }
    this.#queue.push(write)
    this.#start()
    return promise as Promise<T>
  }

  /** Runs `work` when no transaction is open: after the current one, before the next. */
  async betweenCommits<T>(work: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.#betweenCommits.push(() => {
      try {
        resolve(work())
      } catch (error) {
        reject(error)
      }
    })
    this.#start()
    return promise
  }

  #start(): void {
    if (this.#committing) return
    this.#committing = true
    // At the end of this turn of the event loop, so that all requests readable now share the commit, and none waits for
    // later ones.
    setImmediate(() => void this.#commitAll())
  }

  async #commitAll(): Promise<void> {
    for (;;) {
      if (this.#queue.length > 0) await this.#commitBatch()
      for (const work of this.#betweenCommits.splice(0)) work()
      if (this.#queue.length === 0) break
      // Lets answers be sent and requests be read.
      await turn()
    }
    this.#committing = false
  }

  async #commitBatch(): Promise<void> {
    if (!(await this.#begin())) return
    const batch: Write[] = []
    const answers: (() => void)[] = []
    try {
      const closesAt = performance.now() + this.#limits.batchMs
      do {
        const write = this.#queue.shift()
        if (write === undefined) break
        batch.push(write)
        answers.push(await this.#run(write))
      } while (batch.length < this.#limits.batchWrites && performance.now() < closesAt)
      await this.#connection.commit()
    } catch (error) {
      // If this fails too, the next transaction rolls back before it begins.
      await this.#connection.rollback().catch(() => {})
      // Rejected writes too: the rejection may have depended on rows that are now rolled back.
      for (const write of batch) write.reject(sqliteBusy(error))
      return
    }
    for (const answer of answers) answer()
  }

  /**
   * Begins a transaction as soon as no other process holds the lock.
   *
   * @returns false when no write is waiting any more
   */
  async #begin(): Promise<boolean> {
    for (const pauseMs of lockPauses()) {
      try {
        await this.#connection.begin()
        return true
      } catch (error) {
        const tooLate = performance.now() + pauseMs - this.#limits.lockWaitMs
        const refused = this.#queue.findIndex((write) => isLocked(error) && write.arrivedAt >= tooLate)
        for (const write of this.#queue.splice(0, refused === -1 ? this.#queue.length : refused)) {
          write.reject(translateSqliteError(error))
        }
        if (this.#queue.length === 0) return false
      }
      await pause(pauseMs)
    }
    return false
  }

  /**
   * Runs one write of the transaction.
   *
   * @returns a function that settles the write, to be called after the commit
   * @throws an error that fails the whole transaction
   */
  async #run(write: Write): Promise<() => void> {
    const connection = this.#connection
    await connection.savepoint()
    let answer: () => void
    let failed: { error: unknown } | undefined
    try {
      const result = await connection.run((tx) => this.#bounded(write.run(tx)))
      answer = () => write.resolve(result)
    } catch (error) {
      failed = { error }
      answer = () => write.reject(translateSqliteError(error))
    }
    // Also after a success, because the write may have caught the error.
    if (!connection.inTransaction()) throw failed?.error ?? new Error('SQLite rolled the transaction back.')
    if (failed !== undefined) await connection.rollbackToSavepoint()
    await connection.releaseSavepoint()
    return answer
  }

  async #bounded(work: Promise<unknown>): Promise<unknown> {
    const { writeMs } = this.#limits
    const stalled = Promise.withResolvers<never>()
    const timer = setTimeout(
      () =>
        stalled.reject(
          new Error(
            `A write did not finish within ${writeMs} ms: it must await only its own queries, because all other writes wait for it.`,
          ),
        ),
      writeMs,
    )
    try {
      return await Promise.race([work, stalled.promise])
    } finally {
      clearTimeout(timer)
    }
  }
}

function queueFull(): PrebookError {
  const cause = new Error('The write queue is full.')
  return new PrebookError('STORE_BUSY', { cause, retryAfterSeconds: 1 })
}
