import { setTimeout as pause } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import type { Database, Reader, Tx } from '../../database.ts'
import type { BookLock, ReceivedEvent, Store, EventFor } from '../../store.ts'
import { InFlightTracker } from '../in-flight-tracker.ts'
import type { PostgresNotifier } from './postgres-notifier.ts'
import { mayRunAgain, translatePostgresError } from './postgres-errors.ts'
import type { WriteSemaphore } from './write-semaphore.ts'

/** How often a transaction that the server gave up is tried in all. */
const TRIES = 5

/** The PostgreSQL engine: a pool of connections, and an advisory lock on each book. */
export class PostgresStore implements Store {
  readonly engine = 'postgres'
  readonly #db: Kysely<Database>
  readonly #locks: boolean
  readonly #news: PostgresNotifier
  readonly #turns: WriteSemaphore
  readonly #underWay = new InFlightTracker()

  constructor(
    db: Kysely<Database>,
    { locks, news, turns }: { locks: boolean; news: PostgresNotifier; turns: WriteSemaphore },
  ) {
    this.#db = db
    this.#locks = locks
    this.#news = news
    this.#turns = turns
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.#underWay.track(retry(() => work(this.#db)))
  }

  async write<T>(work: (tx: Tx) => Promise<T>, tell?: EventFor<T>): Promise<T> {
    return this.#transaction({ urgent: false }, work, tell)
  }

  // Not `for share` on the book's row: new sharers overtake a writer that waits, so that a restock would starve while
  // people pre-book. Advisory locks queue up in order. The lock is a statement of its own: at READ COMMITTED each
  // statement sees what was committed before it began, so only what comes after the lock sees what the lock waited for.
  async writeOnBook<T>(
    bookId: number,
    lock: BookLock,
    work: (tx: Tx) => Promise<T>,
    tell?: EventFor<T>,
  ): Promise<T> {
    const locked = async (tx: Tx) => {
      if (this.#locks) await lockBook(tx, bookId, lock)
      return work(tx)
    }
    // A change of stock: everybody who queues up for the book waits for it to be told, or cannot join any more.
    return this.#transaction({ urgent: lock === 'exclusive' }, locked, tell)
  }

  listen(hear: (news: ReceivedEvent) => void): () => void {
    return this.#news.listen(hear)
  }

  async close(): Promise<void> {
    await this.#underWay.settled()
    await this.#news.close()
    await this.#db.destroy()
  }

  async #transaction<T>(
    priority: { urgent: boolean },
    work: (tx: Tx) => Promise<T>,
    tell?: EventFor<T>,
  ): Promise<T> {
    this.#underWay.assertNotWriting()
    const attempt = () =>
      this.#db
        .transaction()
        .setIsolationLevel('read committed')
        .execute((tx) =>
          this.#underWay.insideWrite(async () => {
            const done = await work(tx)
            const told = tell?.(done) ?? null
            if (told !== null) await this.#news.announce(tx, told)
            return { result: done, news: told }
          }),
        )
    const { result, news } = await this.#underWay.track(retry(() => this.#turns.run(attempt, priority)))
    if (news !== null) this.#news.publish(news)
    return result
  }
}

async function lockBook(tx: Tx, bookId: number, lock: BookLock): Promise<void> {
  if (lock === 'shared') await sql`select pg_advisory_xact_lock_shared(${bookId})`.execute(tx)
  else await sql`select pg_advisory_xact_lock(${bookId})`.execute(tx)
}

/** Runs what the server gave up again, a few times; whatever it threw in the end is told in the words of every engine. */
async function retry<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!mayRunAgain(error) || tries === TRIES) throw translatePostgresError(error)
    }
    // Jitter, so that two that got in each other's way do not meet again.
    await pause(tries * 10 * Math.random())
  }
}
