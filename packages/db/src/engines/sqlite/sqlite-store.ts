import type { Kysely } from 'kysely'
import type { Database, Reader, Tx } from '../../database.ts'
import type { BookLock, ReceivedEvent, Store, EventFor } from '../../store.ts'
import { EventBus } from '../event-bus.ts'
import { InFlightTracker } from '../in-flight-tracker.ts'
import { GroupCommit, type GroupCommitLimits } from './group-commit.ts'
import { retryWhileLocked } from './lock-wait.ts'
import type { WriteConnection } from './write-connection.ts'

type Connections = {
  /** Takes every transaction, one after another. */
  writer: WriteConnection
  /** Read-only: sees what is committed, and is never held up by a transaction. */
  reader: Kysely<Database>
  /** Closes the files underneath, which Kysely leaves open where it was never used. */
  closeFiles(): void
  limits: GroupCommitLimits
}

/** The SQLite engine: one connection that writes, one that reads, and waiting that never blocks the event loop. */
export class SqliteStore implements Store {
  readonly engine = 'sqlite'
  readonly #writer: WriteConnection
  readonly #commits: GroupCommit
  readonly #reader: Kysely<Database>
  readonly #closeFiles: () => void
  readonly #lockWaitMs: number
  readonly #underWay = new InFlightTracker()
  readonly #news = new EventBus()

  constructor(connections: Connections) {
    this.#writer = connections.writer
    this.#reader = connections.reader
    this.#closeFiles = () => connections.closeFiles()
    this.#lockWaitMs = connections.limits.lockWaitMs
    this.#commits = new GroupCommit(connections.writer, connections.limits)
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.#underWay.track(retryWhileLocked(this.#lockWaitMs, () => work(this.#reader)))
  }

  async write<T>(work: (tx: Tx) => Promise<T>, tell?: EventFor<T>): Promise<T> {
    this.#underWay.assertNotWriting()
    const result = await this.#underWay.track(
      this.#commits.write((tx) => this.#underWay.insideWrite(() => work(tx))),
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
    tell?: EventFor<T>,
  ): Promise<T> {
    return this.write(work, tell)
  }

  listen(hear: (news: ReceivedEvent) => void): () => void {
    return this.#news.listen(hear)
  }

  async close(): Promise<void> {
    // Closing a connection would tear down the transaction on it.
    await this.#underWay.settled()
    await this.#reader.destroy()
    await this.#writer.close()
    this.#closeFiles()
  }
}
