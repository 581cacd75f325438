import { PrebookError } from '@prebook/core'
import type { Kysely } from 'kysely'
import type { Database, Reader, Tx } from '../../database.ts'
import { addInstallationValue, deleteInstallationValue } from '../../queries/installation.ts'
import { eventsOf, type BookLock, type EventFor, type ReceivedEvent, type Store } from '../../store.ts'
import { EventBus } from '../event-bus.ts'
import { InFlightTracker } from '../in-flight-tracker.ts'
import type { FileWatch } from './file-watch.ts'
import { GroupCommit, type GroupCommitLimits } from './group-commit.ts'
import { retryWhileLocked } from './lock-wait.ts'
import { readOnlyAsBusy } from './sqlite-errors.ts'
import type { WriteConnection } from './write-connection.ts'

type Connections = {
  /** Runs every transaction, one after another. */
  writer: WriteConnection
  /** Read-only: sees committed data, and never waits for a transaction. */
  reader: Kysely<Database>
  /** Notices that the files were replaced. */
  watch: FileWatch
  /** Closes the files, which Kysely leaves open if it was never used. */
  closeFiles(): void
  limits: GroupCommitLimits
}

/** The value that is written to find out whether the disk has space again, and its size. */
const WRITE_TEST = 'write-test'
const WRITE_TEST_BYTES = 100_000

/** The SQLite engine: one write connection, one read connection, and lock waits that do not block the event loop. */
export class SqliteStore implements Store {
  readonly engine = 'sqlite'
  readonly #writer: WriteConnection
  readonly #commits: GroupCommit
  readonly #reader: Kysely<Database>
  readonly #watch: FileWatch
  readonly #closeFiles: () => void
  readonly #lockWaitMs: number
  readonly #inFlight = new InFlightTracker()
  readonly #bus = new EventBus()
  #hasFailed = false

  constructor(connections: Connections) {
    this.#writer = connections.writer
    this.#reader = connections.reader
    this.#watch = connections.watch
    this.#closeFiles = () => connections.closeFiles()
    this.#lockWaitMs = connections.limits.lockWaitMs
    this.#commits = new GroupCommit(connections.writer, connections.limits)
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.#inFlight.track(retryWhileLocked(this.#lockWaitMs, () => work(this.#reader)))
  }

  async write<T>(work: (tx: Tx) => Promise<T>, eventFor?: EventFor<T>): Promise<T> {
    this.#inFlight.assertNotWriting()
    const result = await this.#inFlight.track(
      this.#noticingFailures(this.#commits.write((tx) => this.#inFlight.insideWrite(() => work(tx)))),
    )
    for (const event of eventsOf(eventFor, result)) this.#bus.publish(event)
    return result
  }

  // BEGIN IMMEDIATE allows one transaction at a time, so no further lock on the book is needed.
  async writeOnBook<T>(
    _bookId: number,
    _lock: BookLock,
    work: (tx: Tx) => Promise<T>,
    eventFor?: EventFor<T>,
  ): Promise<T> {
    return this.write(work, eventFor)
  }

  // BEGIN IMMEDIATE, as above.
  async writeOnBooks<T>(
    _bookIds: readonly number[],
    _lock: BookLock,
    work: (tx: Tx) => Promise<T>,
    eventFor?: EventFor<T>,
  ): Promise<T> {
    return this.write(work, eventFor)
  }

  async writeOnAdmins<T>(work: (tx: Tx) => Promise<T>, eventFor?: EventFor<T>): Promise<T> {
    return this.write(work, eventFor)
  }

  async checkWritable(): Promise<void> {
    this.#watch.assertInPlace()
    await this.read((reader) => reader.selectFrom('users').select('id').limit(1).execute())
    if (this.#hasFailed) await this.#tryToWrite()
  }

  /** Remembers whether the latest write failed because of the disk. */
  async #noticingFailures<T>(writing: Promise<T>): Promise<T> {
    try {
      const result = await writing
      this.#hasFailed = false
      return result
    } catch (thrown) {
      const error = readOnlyAsBusy(thrown)
      if (error instanceof PrebookError && error.storeFailed) this.#hasFailed = true
      throw error
    }
  }

  /**
   * Writes some pages: a small write can succeed on a full disk, in space that the files have already. The value is removed in the
   * same transaction, which writes its pages nevertheless, because `secure_delete` overwrites them.
   */
  async #tryToWrite(): Promise<void> {
    await this.write(async (tx) => {
      await addInstallationValue(tx, WRITE_TEST, 'x'.repeat(WRITE_TEST_BYTES))
      await deleteInstallationValue(tx, WRITE_TEST)
    })
  }

  async emptyLog(): Promise<boolean> {
    if (!this.#watch.check()) return false
    return this.#inFlight.track(this.#commits.betweenCommits(() => this.#writer.emptyLog()))
  }

  listen(onEvent: (event: ReceivedEvent) => void): () => void {
    return this.#bus.listen(onEvent)
  }

  async close(): Promise<void> {
    // Closing a connection would abort its transaction.
    await this.#inFlight.drain()
    await this.#watch.close()
    await this.#reader.destroy()
    await this.#writer.close()
    this.#closeFiles()
  }
}
