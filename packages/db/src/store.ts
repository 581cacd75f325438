import type { Reader, Tx } from './database.ts'

/**
 * How a transaction holds a book: `shared` to join or leave its waitlist, many at a time; `exclusive` to change its stock.
 * It is what keeps anybody from joining a waitlist at the very moment it closes.
 */
export type BookLock = 'shared' | 'exclusive'

/**
 * What a commit changed. It is told to whoever listens, in every process on the database, once the commit is done: a hint
 * to look again, never the truth. It may come late, and is lost with a process that dies.
 */
export type ChangeEvent =
  /** The stock of a book changed, and with it, if that was a restock, the book's open waitlist was closed. */
  | { kind: 'stock'; bookId: number; movementId: number; closedWaitlistId: number | null }
  /** Something changed that one person sees: their prebooks, their sessions, or their standing. */
  | { kind: 'user'; userId: number }
  /** Deliveries were put back in line. Only this process is told: one that looks at once is enough. */
  | { kind: 'redriven' }

/** What a listener hears: news, or that some may have been missed, so that everything is worth a look. */
export type ReceivedEvent = ChangeEvent | { kind: 'missed' }

/** What listeners are told of the result of a write. */
export type EventFor<T> = (result: T) => ChangeEvent | null

/** The only way to the database. Every engine offers this and nothing else. */
export interface Store {
  /** A short name for logs: `sqlite` or `postgres`. */
  readonly engine: string

  /**
   * Reads committed data, outside any transaction; each statement sees one moment. Repeated when the store is locked,
   * so `work` must do nothing but read.
   *
   * @throws PrebookError `STORE_BUSY` when the store stays locked
   */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>

  /**
   * Runs `work` in a transaction that may read and then write, and commits it: when the promise resolves, what it wrote
   * survives a power cut. Whatever `work` throws rolls everything back. `work` awaits its own queries only.
   *
   * @param tell what listeners are told of the result, once it is committed and not otherwise; pure, null for nothing
   * @throws PrebookError `STORE_BUSY` when the store stays locked or is full
   */
  write<T>(work: (tx: Tx) => Promise<T>, tell?: EventFor<T>): Promise<T>

  /** As {@link write}, holding the lock on a book from before the first statement until the end. */
  writeOnBook<T>(bookId: number, lock: BookLock, work: (tx: Tx) => Promise<T>, tell?: EventFor<T>): Promise<T>

  /**
   * Hears the news of every process on the database (on SQLite there is one). `hear` returns at once and throws nothing.
   *
   * @returns what ends it
   */
  listen(hear: (news: ReceivedEvent) => void): () => void

  /** Waits for what is under way and lets go of the database. */
  close(): Promise<void>
}

/** The database cannot be opened; the message is one sentence for the operator that says what to do. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError'
}

/** A write would have made two rows alike where only one may be. Use cases turn it into a reason of their own. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation'
}
