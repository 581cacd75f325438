import { setTimeout as pause } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Database, Reader, Tx } from '../../database.ts'
import type { BookLock, HeardNews, Store, Tell } from '../../store.ts'
import { NewsDesk } from '../news-desk.ts'
import { WorkUnderWay } from '../work-under-way.ts'
import { isLocked, translateSqliteError } from './sqlite-errors.ts'

/** The shortest and the longest pause between two tries for a lock that another process holds, in milliseconds. */
const PAUSE_MS = { least: 2, most: 25 }

type Connections = {
  /** Takes every transaction, one after another. */
  writer: Kysely<Database>
  /** Read-only: sees what is committed, and is never held up by a transaction. */
  reader: Kysely<Database>
  /** Closes the files underneath, which Kysely leaves open where it was never used. */
  closeFiles(): void
  lockWaitMs: number
}

/** The SQLite engine: one connection that writes, one that reads, and waiting that never blocks the event loop. */
export class SqliteStore implements Store {
  readonly engine = 'sqlite'
  readonly #writer: Kysely<Database>
  readonly #reader: Kysely<Database>
  readonly #closeFiles: () => void
  readonly #lockWaitMs: number
  readonly #underWay = new WorkUnderWay()
  readonly #news = new NewsDesk()

  constructor(connections: Connections) {
    this.#writer = connections.writer
    this.#reader = connections.reader
    this.#closeFiles = () => connections.closeFiles()
    this.#lockWaitMs = connections.lockWaitMs
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.#underWay.track(retryWhileLocked(this.#lockWaitMs, () => work(this.#reader)))
  }

  async write<T>(work: (tx: Tx) => Promise<T>, tell?: Tell<T>): Promise<T> {
    this.#underWay.assertNotWriting()
    // Only BEGIN IMMEDIATE can find the store locked, and it comes before `work`, so trying again repeats nothing.
    const result = await this.#underWay.track(
      retryWhileLocked(this.#lockWaitMs, () =>
        this.#writer.transaction().execute((tx) => this.#underWay.insideWrite(() => work(tx))),
      ),
    )
    const news = tell?.(result) ?? null
    if (news !== null) this.#news.publish(news)
    return result
  }

  // BEGIN IMMEDIATE lets one transaction in at a time, which is every lock on every book at once.
  async writeOnBook<T>(
    _bookId: number,
    _lock: BookLock,
    work: (tx: Tx) => Promise<T>,
    tell?: Tell<T>,
  ): Promise<T> {
    return this.write(work, tell)
  }

  listen(hear: (news: HeardNews) => void): () => void {
    return this.#news.listen(hear)
  }

  async close(): Promise<void> {
    // Closing a connection would tear down the transaction on it.
    await this.#underWay.settled()
    await this.#reader.destroy()
    await this.#writer.destroy()
    this.#closeFiles()
  }
}

/**
 * Runs `attempt` until it is not refused by a lock, for at most `waitMs`. SQLite's own busy timeout would sleep with the
 * event loop in its hand, so it is switched off, and the waiting happens here.
 */
export async function retryWhileLocked<T>(waitMs: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + waitMs
  for (let pauseMs = PAUSE_MS.least; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS.most)) {
    try {
      return await attempt()
    } catch (error) {
      if (!isLocked(error) || performance.now() + pauseMs > deadline) throw translateSqliteError(error)
    }
    // Jitter, so that two processes that wait for a third do not meet again.
    await pause(pauseMs * (0.5 + Math.random()))
  }
}
