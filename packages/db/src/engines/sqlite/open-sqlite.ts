import { statSync, type Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely } from 'kysely'
import { hasReason } from '@prebook/core'
import type { Database } from '../../database.ts'
import { migrate } from '../../migrations/migrate.ts'
import type { OpenStoreOptions } from '../../open-store.ts'
import { StoreOpenError, type Store } from '../../store.ts'
import { groupCommitLimits, type GroupCommitLimits } from './group-commit.ts'
import { retryWhileLocked } from './lock-wait.ts'
import { ImmediateSqliteDialect } from './sqlite-dialect.ts'
import { isLocked, sqliteCode } from './sqlite-errors.ts'
import { APPLICATION_ID, sqliteSchema } from './sqlite-schema.ts'
import { SqliteStore } from './sqlite-store.ts'
import { WriteConnection } from './write-connection.ts'

/** How long a request waits for another process's lock unless told otherwise. */
const DEFAULT_LOCK_WAIT_MS = 5_000

/** How long a start waits for another process that is starting on the same file and migrates it. */
const OPEN_WAIT_MS = 30_000

/**
 * Pages in the log that make a commit fold it into the file, which holds up the event loop: in a file of 10,000,000
 * pre-bookings, where every page goes to another place, 40 ms for SQLite's own 1,000 pages, and a quarter for these. The
 * work is no more: a page that changed twice in the log is written once, but pages that far apart seldom did.
 */
const CHECKPOINT_PAGES = 250

export type OpenSqliteOptions = OpenStoreOptions & {
  /** Another dialect than the one that serves, for tests that must notice the difference. */
  dialect?: (writer: Sqlite.Database) => ImmediateSqliteDialect
  /** Other bounds than those that serve, for tests that come up against them. */
  limits?: Partial<Omit<GroupCommitLimits, 'lockWaitMs'>>
  /** How long it waits for whoever holds the file, in milliseconds, for tests that have less time. */
  openWaitMs?: number
}

/**
 * Opens a SQLite file, creating it if its folder exists, and migrates it.
 *
 * @throws StoreOpenError with what to do
 */
export async function openSqlite(path: string, options: OpenSqliteOptions): Promise<Store> {
  const file = resolve(path)
  assertUsable(path, file)
  const { dialect = (writer: Sqlite.Database) => new ImmediateSqliteDialect(writer) } = options
  const { openWaitMs = OPEN_WAIT_MS } = options
  const opened: Sqlite.Database[] = []
  // The writer last: the last connection to close folds the write-ahead log into the file.
  const closeFiles = () => opened.toReversed().forEach((database) => database.close())
  try {
    const writer = await retryWhileLocked(openWaitMs, async () => openWriter(file))
    opened.push(writer)
    const writerDialect = dialect(writer)
    const writerDb = new Kysely<Database>({ dialect: writerDialect })
    await retryWhileLocked(openWaitMs, async () => {
      await writerDb.transaction().execute((tx) => migrate(tx, sqliteSchema, file))
    })
    const reader = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 0 })
    opened.push(reader)
    return new SqliteStore({
      writer: await WriteConnection.open(writerDialect),
      reader: new Kysely<Database>({ dialect: new ImmediateSqliteDialect(reader) }),
      closeFiles,
      limits: {
        lockWaitMs: options.lockWaitMs ?? DEFAULT_LOCK_WAIT_MS,
        ...groupCommitLimits,
        ...options.limits,
      },
    })
  } catch (error) {
    closeFiles()
    throw explain(error, file)
  }
}

function assertUsable(path: string, file: string): void {
  if (path === '' || path.startsWith(':')) {
    throw new StoreOpenError(
      'DATABASE_URL must name a file, such as file:./data/prebook.db: a database in memory would lose what it promised to keep.',
    )
  }
  const folder = dirname(file)
  if (!look(folder)?.isDirectory()) {
    throw new StoreOpenError(
      `The folder ${folder} for the database does not exist: create it (mkdir -p ${folder}) or change DATABASE_URL.`,
    )
  }
  if (look(file)?.isDirectory()) {
    throw new StoreOpenError(`${file} is a folder: let DATABASE_URL name a file in it, such as prebook.db.`)
  }
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw new StoreOpenError(
      `${path} cannot be reached: let this account enter every folder on the way to it, or change DATABASE_URL.`,
      { cause: error },
    )
  }
}

function openWriter(file: string): Sqlite.Database {
  const database = new Sqlite(file, { timeout: 0 })
  try {
    setUpWriter(database, file)
    return database
  } catch (error) {
    // It may only be locked: whoever tries again opens a new one.
    database.close()
    throw error
  }
}

function setUpWriter(database: Sqlite.Database, file: string): void {
  assertOurs(database, file)
  database.pragma('foreign_keys = ON')
  // better-sqlite3 is built so that WAL silently means synchronous = NORMAL, which can lose the last commits in a power
  // cut. FULL flushes the log at every commit.
  const mode = database.pragma('journal_mode = WAL', { simple: true })
  database.pragma('synchronous = FULL')
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  if (mode !== 'wal' || database.pragma('synchronous', { simple: true }) !== 2) {
    throw new StoreOpenError(
      `${file} cannot be used with a write-ahead log (is it on a network file system?): put it on a local disk.`,
    )
  }
}

function assertOurs(database: Sqlite.Database, file: string): void {
  // Both as of one moment: another process may be setting up the file right now.
  const { id, tables } = database.transaction(() => ({
    id: database.pragma('application_id', { simple: true }),
    tables: database.prepare('select count(*) from sqlite_master').pluck().get(),
  }))()
  if (id === APPLICATION_ID) return
  if (id !== 0 || tables !== 0) {
    throw new StoreOpenError(
      `${file} is a SQLite database of another application: let DATABASE_URL name a new file or one that Prebook made.`,
    )
  }
}

/** Turns what went wrong at the start into a sentence for the operator; what it does not know stays as it is. */
function explain(error: unknown, file: string): unknown {
  // Its cause is the error of SQLite, told in the words of every engine.
  const cause = hasReason(error, 'STORE_BUSY') ? error.cause : error
  if (isLocked(cause)) {
    return new StoreOpenError(
      `${file} is locked by another program: wait for it or end it (a copy under way, a tool that has the file open), and start again.`,
      { cause: error },
    )
  }
  const code = sqliteCode(cause) ?? ''
  if (code === 'SQLITE_FULL') {
    return new StoreOpenError(`${file} is on a disk that is full: make room, and start again.`, {
      cause: error,
    })
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new StoreOpenError(
      `${file} is not a SQLite database, or it is damaged: restore it from a backup, or let DATABASE_URL name another file.`,
      { cause: error },
    )
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN') ||
    code.startsWith('SQLITE_PERM')
  ) {
    return new StoreOpenError(
      `${file} cannot be written: give this account write permission on the file and on its folder, or change DATABASE_URL.`,
      { cause: error },
    )
  }
  return error
}
