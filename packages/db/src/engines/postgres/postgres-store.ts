import { setTimeout as pause } from 'node:timers/promises'
import { sql, type Kysely, type PostgresPool } from 'kysely'
import type { Database, Reader, Tx } from '../../database.ts'
import {
  eventsOf,
  type BookLock,
  type ChangeEvent,
  type EventFor,
  type ReceivedEvent,
  type Store,
} from '../../store.ts'
import { InFlightTracker } from '../in-flight-tracker.ts'
import { GroupedWrites } from './grouped-writes.ts'
import type { PostgresNotifier } from './postgres-notifier.ts'
import { isTransient, translatePostgresError } from './postgres-errors.ts'
import type { ReadOnlyWatch } from './read-only-watch.ts'
import { PostgresTransaction, type MakeTx } from './transaction.ts'
import type { WriteSemaphore } from './write-semaphore.ts'

/** The maximum number of attempts for a transaction that fails for a transient reason. */
const MAX_ATTEMPTS = 5

/** A lock that a transaction takes before anything else: a statement and its values. */
type Lock = { sql: string; values: readonly unknown[] }

/** The lock on who is an admin. Its numbers collide with no book and no other lock. */
const ADMINS_LOCK: Lock = { sql: 'select pg_advisory_xact_lock(5261903, 77)', values: [] }

export type PostgresParts = {
  /** Every connection for statements. */
  pool: PostgresPool
  /** Runs statements of its own on the pool, and closes it. */
  db: Kysely<Database>
  reader: Reader
  makeTx: MakeTx
  notifier: PostgresNotifier
  watch: ReadOnlyWatch
  semaphore: WriteSemaphore
  /** False only in tests of races, which must fail then. */
  locks: boolean
}

/** The result of a write's transaction, with the events to publish after its commit. */
type Written<T> = { result: T; events: readonly ChangeEvent[] }

/** The PostgreSQL engine: a pool of connections, and an advisory lock on each book. */
export class PostgresStore implements Store {
  readonly engine = 'postgres'
  readonly #parts: PostgresParts
  readonly #groups: GroupedWrites
  readonly #inFlight = new InFlightTracker()

  constructor(parts: PostgresParts) {
    this.#parts = parts
    this.#groups = new GroupedWrites(parts)
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.#inFlight.track(retry(() => work(this.#parts.reader)))
  }

  async write<T>(work: (tx: Tx) => Promise<T>, eventFor?: EventFor<T>): Promise<T> {
    return this.#transaction(this.#announcing(work, eventFor))
  }

  // Not `for share` on the book's row: new shared locks overtake a waiting exclusive lock, so a restock would starve
  // while readers pre-book. Advisory locks queue in order. The lock is a separate statement: at READ COMMITTED, a
  // statement sees what was committed before it began, so only the statements after the lock see what the lock waited
  // for.
  async writeOnBook<T>(
    bookId: number,
    lock: BookLock,
    work: (tx: Tx) => Promise<T>,
    eventFor?: EventFor<T>,
  ): Promise<T> {
    const run = this.#announcing(work, eventFor)
    // A stock change is urgent: every reader on the waitlist waits for it.
    if (lock === 'exclusive')
      return this.#transaction(
        run,
        { sql: 'select pg_advisory_xact_lock($1)', values: [bookId] },
        { urgent: true },
      )
    const alone = () => this.#attempts(run, lockBooks([bookId], lock))
    return this.#published(() => this.#groups.write(bookId, run, alone))
  }

  async writeOnBooks<T>(
    bookIds: readonly number[],
    lock: BookLock,
    work: (tx: Tx) => Promise<T>,
    eventFor?: EventFor<T>,
  ): Promise<T> {
    const urgent = lock === 'exclusive'
    return this.#transaction(this.#announcing(work, eventFor), lockBooks(bookIds, lock), { urgent })
  }

  async writeOnAdmins<T>(work: (tx: Tx) => Promise<T>, eventFor?: EventFor<T>): Promise<T> {
    return this.#transaction(this.#announcing(work, eventFor), ADMINS_LOCK)
  }

  async checkWritable(): Promise<void> {
    const { rows } = await this.read((reader) =>
      sql<{ read_only: boolean; standby: boolean }>`
        select current_setting('transaction_read_only') = 'on' as read_only, pg_is_in_recovery() as standby`.execute(
        reader,
      ),
    )
    for (const row of rows) {
      if (!row.read_only) continue
      this.#parts.watch.noticeReadOnly()
      throw this.#parts.watch.refusal({ isStandby: row.standby })
    }
  }

  async emptyLog(): Promise<boolean> {
    return true
  }

  listen(onEvent: (event: ReceivedEvent) => void): () => void {
    return this.#parts.notifier.listen(onEvent)
  }

  async close(): Promise<void> {
    await this.#inFlight.drain()
    this.#parts.watch.close()
    await this.#parts.notifier.close()
    await this.#parts.db.destroy()
  }

  /** The work of a write, which also announces its events to other processes. */
  #announcing<T>(
    work: (tx: Tx) => Promise<T>,
    eventFor: EventFor<T> | undefined,
  ): (tx: Tx) => Promise<Written<T>> {
    return (tx) =>
      this.#inFlight.insideWrite(async () => {
        const result = await work(tx)
        const events = eventsOf(eventFor, result)
        for (const event of events) await this.#parts.notifier.announce(tx, event)
        return { result, events }
      })
  }

  async #transaction<T>(
    work: (tx: Tx) => Promise<Written<T>>,
    lock?: Lock,
    priority = { urgent: false },
  ): Promise<T> {
    return this.#published(() => this.#attempts(work, lock, priority))
  }

  /** Runs a write, and publishes its events once it is committed. */
  async #published<T>(write: () => Promise<Written<T>>): Promise<T> {
    this.#inFlight.assertNotWriting()
    const { result, events } = await this.#inFlight.track(translated(write))
    for (const event of events) this.#parts.notifier.publish(event)
    return result
  }

  async #attempts<T>(work: (tx: Tx) => Promise<T>, lock?: Lock, priority = { urgent: false }): Promise<T> {
    return retry(() => this.#parts.semaphore.run(() => this.#attempt(work, lock), priority))
  }

  /** Runs one write in a transaction of its own. */
  async #attempt<T>(work: (tx: Tx) => Promise<T>, lock: Lock | undefined): Promise<T> {
    const client = await this.#parts.pool.connect()
    let broken = false
    try {
      const transaction = new PostgresTransaction(client, this.#parts.makeTx)
      const locked =
        lock === undefined || !this.#parts.locks
          ? Promise.resolve([])
          : transaction.send(lock.sql, lock.values)
      const outcome = await transaction.run(work, locked)
      await locked.catch(() => {})
      // The write may have caught the error of a statement, but its transaction is void.
      const { failure } = transaction
      if (failure === undefined && 'result' in outcome) {
        await transaction.commit()
        return outcome.result
      }
      await transaction.rollback().catch(() => (broken = true))
      throw failure?.error ?? (outcome as { error: unknown }).error
    } finally {
      client.release(broken)
    }
  }
}

/** One statement, which locks in the order of the ids. */
function lockBooks(bookIds: readonly number[], lock: BookLock): Lock {
  const take = lock === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock'
  return {
    sql: `select ${take}(id) from unnest($1::bigint[]) as id`,
    values: [bookIds.toSorted((a, b) => a - b)],
  }
}

/** Retries transient failures a few times. The last error is translated to the errors that all engines share. */
async function retry<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!isTransient(error) || attempts === MAX_ATTEMPTS) throw translatePostgresError(error)
    }
    // Jitter, so that two conflicting transactions do not collide again.
    await pause(attempts * 10 * Math.random())
  }
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw translatePostgresError(error)
  }
}
