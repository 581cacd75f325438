import { setTimeout as pause } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import type { Database, Reader, Tx } from '../../database.ts'
import { eventsOf, type BookLock, type EventFor, type ReceivedEvent, type Store } from '../../store.ts'
import { InFlightTracker } from '../in-flight-tracker.ts'
import type { PostgresNotifier } from './postgres-notifier.ts'
import { isTransient, translatePostgresError } from './postgres-errors.ts'
import type { WriteSemaphore } from './write-semaphore.ts'

/** The maximum number of attempts for a transaction that fails for a transient reason. */
const MAX_ATTEMPTS = 5

/** The key of the advisory lock on who is an admin. Its numbers collide with no book and no other lock. */
const ADMINS_LOCK = sql`5261903, 77`

/** The PostgreSQL engine: a pool of connections, and an advisory lock on each book. */
export class PostgresStore implements Store {
  readonly engine = 'postgres'
  readonly #db: Kysely<Database>
  readonly #locks: boolean
  readonly #notifier: PostgresNotifier
  readonly #semaphore: WriteSemaphore
  readonly #inFlight = new InFlightTracker()

  constructor(
    db: Kysely<Database>,
    { locks, notifier, semaphore }: { locks: boolean; notifier: PostgresNotifier; semaphore: WriteSemaphore },
  ) {
    this.#db = db
    this.#locks = locks
    this.#notifier = notifier
    this.#semaphore = semaphore
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.#inFlight.track(retry(() => work(this.#db)))
  }

  async write<T>(work: (tx: Tx) => Promise<T>, eventFor?: EventFor<T>): Promise<T> {
    return this.#transaction({ urgent: false }, work, eventFor)
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
    const locked = async (tx: Tx) => {
      if (this.#locks) await lockBook(tx, bookId, lock)
      return work(tx)
    }
    // A stock change is urgent: every reader on the waitlist waits for it.
    return this.#transaction({ urgent: lock === 'exclusive' }, locked, eventFor)
  }

  async writeOnBooks<T>(
    bookIds: readonly number[],
    work: (tx: Tx) => Promise<T>,
    eventFor?: EventFor<T>,
  ): Promise<T> {
    const locked = async (tx: Tx) => {
      // One statement, which locks in the order of the list.
      if (this.#locks)
        await sql`select pg_advisory_xact_lock_shared(id) from unnest(${[...bookIds]}::bigint[]) as id`.execute(
          tx,
        )
      return work(tx)
    }
    return this.#transaction({ urgent: false }, locked, eventFor)
  }

  async writeOnAdmins<T>(work: (tx: Tx) => Promise<T>, eventFor?: EventFor<T>): Promise<T> {
    const locked = async (tx: Tx) => {
      if (this.#locks) await sql`select pg_advisory_xact_lock(${ADMINS_LOCK})`.execute(tx)
      return work(tx)
    }
    return this.#transaction({ urgent: false }, locked, eventFor)
  }

  async emptyLog(): Promise<boolean> {
    return true
  }

  listen(onEvent: (event: ReceivedEvent) => void): () => void {
    return this.#notifier.listen(onEvent)
  }

  async close(): Promise<void> {
    await this.#inFlight.drain()
    await this.#notifier.close()
    await this.#db.destroy()
  }

  async #transaction<T>(
    priority: { urgent: boolean },
    work: (tx: Tx) => Promise<T>,
    eventFor?: EventFor<T>,
  ): Promise<T> {
    this.#inFlight.assertNotWriting()
    const attempt = () =>
      this.#db
        .transaction()
        .setIsolationLevel('read committed')
        .execute((tx) =>
          this.#inFlight.insideWrite(async () => {
            const result = await work(tx)
            const events = eventsOf(eventFor, result)
            for (const event of events) await this.#notifier.announce(tx, event)
            return { result, events }
          }),
        )
    const { result, events } = await this.#inFlight.track(retry(() => this.#semaphore.run(attempt, priority)))
    for (const event of events) this.#notifier.publish(event)
    return result
  }
}

async function lockBook(tx: Tx, bookId: number, lock: BookLock): Promise<void> {
  if (lock === 'shared') await sql`select pg_advisory_xact_lock_shared(${bookId})`.execute(tx)
  else await sql`select pg_advisory_xact_lock(${bookId})`.execute(tx)
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
