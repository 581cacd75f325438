import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import { PrebookError } from '@prebook/core'
import type { Tx } from '../../database.ts'
import { lockPauses } from './lock-wait.ts'
import { isLocked, translateSqliteError } from './sqlite-errors.ts'
import type { WriteConnection } from './write-connection.ts'

/** What bounds group commit. Times are in milliseconds. */
export type GroupCommitLimits = {
  /** How long a write waits for another process's lock, counted from its own arrival. */
  lockWaitMs: number
  /** Writes in one transaction, at most. */
  batchWrites: number
  /** A transaction takes no further write after this time: the event loop stands still while its writes run. */
  batchMs: number
  /** Writes that wait, at most: one more is refused. */
  queueWrites: number
  /** A write that takes longer waits for something other than its own queries, and is stopped. */
  writeMs: number
}

export const groupCommitLimits: Omit<GroupCommitLimits, 'lockWaitMs'> = {
  batchWrites: 250,
  batchMs: 10,
  queueWrites: 10_000,
  writeMs: 5_000,
}

/** A write that was asked for and is not answered yet. */
type Write = {
  run: (tx: Tx) => Promise<unknown>
  arrivedAt: number
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

/**
 * Commits writes in groups. A commit is a flush to the disk, which costs more than everything else in a write: those that
 * arrive while one is under way share the next. Each has a savepoint of its own, so that one that fails is taken back
 * alone. They run in the order of their arrival, and nobody is answered before the commit, not even who is refused: a
 * refusal may be due to a neighbour's rows, which stand only then.
 */
export class GroupCommit {
  readonly #connection: WriteConnection
  readonly #limits: GroupCommitLimits
  readonly #queue: Write[] = []
  #committing = false

  constructor(connection: WriteConnection, limits: GroupCommitLimits) {
    this.#connection = connection
    this.#limits = limits
  }

  /**
   * Runs `run` in a transaction and answers after its commit.
   *
   * @throws PrebookError `STORE_BUSY` when too many wait, when the store stays locked, or when the transaction was lost
   */
  async write<T>(run: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#queue.length >= this.#limits.queueWrites) throw busy(new Error('Too many writes wait.'))
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const asCaller = AsyncLocalStorage.snapshot()
    const asked = { run: (tx: Tx) => asCaller(run, tx), arrivedAt: performance.now(), resolve, reject }
    this.#queue.push(asked)
    if (!this.#committing) {
      this.#committing = true
      // At the end of this turn of the event loop: whoever sent a request that can be read by now is with us, and nobody
      // waits for company.
      setImmediate(() => void this.#commitAll())
    }
    return promise as Promise<T>
  }

  async #commitAll(): Promise<void> {
    for (;;) {
      await this.#commitBatch()
      if (this.#queue.length === 0) break
      // Answers go out and requests come in.
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
      // Where that fails too, the next transaction tries again before it begins.
      await this.#connection.rollback().catch(() => {})
      // Whoever was refused as well: perhaps because of rows that do not stand now.
      for (const write of batch) write.reject(busy(error))
      return
    }
    for (const answer of answers) answer()
  }

  /**
   * Begins a transaction as soon as no other process holds the lock.
   *
   * @returns false when nobody is left who waits for it
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
   * @returns what answers it, once the transaction is committed
   * @throws whatever makes the whole transaction fall
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
    // Asked after a success too: the write may have caught the error.
    if (!connection.stands()) throw failed?.error ?? new Error('SQLite rolled the transaction back.')
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
            `A write did not end within ${writeMs} ms: it must await its own queries only, since all others wait for it.`,
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

function busy(cause: unknown): PrebookError {
  return new PrebookError('STORE_BUSY', { cause, retryAfterSeconds: 1 })
}
