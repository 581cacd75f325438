import type { Reader, Tx } from './database.ts'

/**
 * How a transaction locks a book: `shared` to join or leave its waitlist, many at a time; `exclusive` to change its
 * stock. The lock prevents a reader from joining a waitlist at the moment it closes.
 */
export type BookLock = 'shared' | 'exclusive'

/**
 * A change that was committed. Listeners in every process on the database receive it after the commit. It is a hint to
 * read the database again, not a source of truth: it may arrive late, and it is lost if the process dies.
 */
export type ChangeEvent =
  /** The stock of a book changed. If it was a restock, the book's open waitlist was closed. */
  | { kind: 'stock'; bookId: number; movementId: number; closedWaitlistId: number | null }
  /** What the prebooks on a waitlist show has changed. */
  | { kind: 'waitlist'; waitlistId: number }
  /** A user's prebooks, sessions or account status changed. */
  | { kind: 'user'; userId: number }
  /** A token was revoked, or rotated. */
  | { kind: 'token'; tokenId: number }
  /** Mail was queued, or queued again. Only this process receives it: one worker that polls at once is enough. */
  | { kind: 'mail-queued' }

/**
 * An event for a listener. `missed` means that events may have been lost, so that the listener must read everything.
 */
export type ReceivedEvent = ChangeEvent | { kind: 'missed' }

/** Derives the events to publish from the result of a write. Pure; null for no event. */
export type EventFor<T> = (result: T) => ChangeEvent | readonly ChangeEvent[] | null

/** The events that `eventFor` derives from a result. For engines. */
export function eventsOf<T>(eventFor: EventFor<T> | undefined, result: T): readonly ChangeEvent[] {
  const derived = eventFor?.(result) ?? []
  return 'kind' in derived ? [derived] : derived
}

/** The only access to the database. Every engine implements exactly this interface. */
export interface Store {
  /** A short name for logs: `sqlite` or `postgres`. */
  readonly engine: string

  /**
   * Reads committed data outside a transaction. Each statement sees its own snapshot. `work` runs again when the store
   * is locked, so it must only read.
   *
   * @throws PrebookError `STORE_BUSY` when the store stays locked
   */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>

  /**
   * Runs `work` in a transaction that may read and write, and commits it. When the promise resolves, the changes
   * survive a power cut. If `work` throws, everything is rolled back. `work` must await only its own queries.
   *
   * @param eventFor the event or events to publish after the commit, derived from the result
   * @throws PrebookError `STORE_BUSY` when the store stays locked or the disk is full
   */
  write<T>(work: (tx: Tx) => Promise<T>, eventFor?: EventFor<T>): Promise<T>

  /** Like {@link write}, with the lock on a book held from before the first statement until the end. */
  writeOnBook<T>(
    bookId: number,
    lock: BookLock,
    work: (tx: Tx) => Promise<T>,
    eventFor?: EventFor<T>,
  ): Promise<T>

  /**
   * Like {@link writeOnBook} with a lock on each of some books. They are locked in the order of their ids, so that two such
   * transactions cannot deadlock.
   */
  writeOnBooks<T>(
    bookIds: readonly number[],
    lock: BookLock,
    work: (tx: Tx) => Promise<T>,
    eventFor?: EventFor<T>,
  ): Promise<T>

  /**
   * Like {@link write}, with the lock on who is an admin held from before the first statement until the end. A change that
   * may leave fewer active admins needs it, so that two such changes cannot leave none.
   */
  writeOnAdmins<T>(work: (tx: Tx) => Promise<T>, eventFor?: EventFor<T>): Promise<T>

  /**
   * Checks that the database answers and accepts writes.
   *
   * @throws PrebookError `STORE_BUSY` when it does not. Its cause says why
   */
  checkWritable(): Promise<void>

  /**
   * Removes earlier versions of rows from the log of the database, as far as that is up to this process: SQLite's
   * write-ahead log is emptied. On PostgreSQL there is nothing to do, because its server recycles its own log.
   *
   * @returns false when another process needs the log. Then call it again later
   */
  emptyLog(): Promise<boolean>

  /**
   * Subscribes to the events of every process on the database (on SQLite there is one). `onEvent` must return at once
   * and must not throw.
   *
   * @returns a function that unsubscribes
   */
  listen(onEvent: (event: ReceivedEvent) => void): () => void

  /** Waits for running reads and writes, then closes the database. */
  close(): Promise<void>
}

/** Where a store reports in sentences to the operator what happens to its database. */
export type StoreLog = {
  /** Something that the operator must act on. */
  error(message: string): void
  /** Something that the operator should know. */
  warn(message: string): void
}

/** The database cannot be opened. The message is one sentence that tells the operator what to do. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError'
}

/** A write violated a unique constraint. Use cases translate it to an error code of their own. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation'
}
