import { statSync, type Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, sql } from 'kysely'
import { hasReason } from '@prebook/core'
import type { Database, Tx } from '../../database.ts'
import { migrate, reportUpgrade, type RunMigration } from '../../migrations/migrate.ts'
import type { OpenStoreOptions } from '../../open-store.ts'
import { StoreOpenError, type Store } from '../../store.ts'
import { saveSnapshot } from './back-up-sqlite.ts'
import { FileWatch } from './file-watch.ts'
import { groupCommitLimits, type GroupCommitLimits } from './group-commit.ts'
import { retryWhileLocked } from './lock-wait.ts'
import { ImmediateSqliteDialect } from './sqlite-dialect.ts'
import { isLocked, sqliteCode } from './sqlite-errors.ts'
import { APPLICATION_ID, sqliteSchema } from './sqlite-schema.ts'
import { SqliteStore } from './sqlite-store.ts'
import { WriteConnection } from './write-connection.ts'

/** How long a request waits for another process's lock by default, in milliseconds. */
const DEFAULT_LOCK_WAIT_MS = 5_000

/** How long opening waits for another process that is opening and migrating the same file, in milliseconds. */
const OPEN_WAIT_MS = 30_000

/**
 * The number of pages in the write-ahead log that triggers a checkpoint, which blocks the event loop. In a file of
 * 10,000,000 pre-bookings, where the pages are scattered, a checkpoint takes 40 ms for SQLite's default of 1,000 pages,
 * and a quarter of that for 250. The total work is about the same: a page that changed twice since the last checkpoint
 * is written only once, but with scattered pages that is rare.
 */
const CHECKPOINT_PAGES = 250

/** Pages that are copied at once while a replaced database is saved: reads are served in between. */
const SAVED_PAGES = 1_000

export type OpenSqliteOptions = OpenStoreOptions & {
  /** Replaces the dialect, for tests. */
  dialect?: (writer: Sqlite.Database) => ImmediateSqliteDialect
  /** Overrides the limits of group commit, for tests that reach them. */
  limits?: Partial<Omit<GroupCommitLimits, 'lockWaitMs'>>
  /** How long opening waits for a locked file, in milliseconds, for tests that need less. */
  openWaitMs?: number
  /** How often the files are compared while there are no writes, in milliseconds, for tests. */
  checkMs?: number
}

/**
 * Opens a SQLite file, creating it if its folder exists, and migrates it.
 *
 * @throws StoreOpenError when it cannot be opened
 */
export async function openSqlite(path: string, options: OpenSqliteOptions): Promise<Store> {
  const file = resolve(path)
  assertUsable(path, file)
  const { dialect = (writer: Sqlite.Database) => new ImmediateSqliteDialect(writer) } = options
  const { openWaitMs = OPEN_WAIT_MS } = options
  const opened: Sqlite.Database[] = []
  // The writer last: the last connection to close merges the write-ahead log into the file.
  const closeFiles = () => opened.toReversed().forEach((database) => database.close())
  try {
    const writer = await retryWhileLocked(openWaitMs, async () => openWriter(file))
    opened.push(writer)
    const writerDialect = dialect(writer)
    const writerDb = new Kysely<Database>({ dialect: writerDialect })
    const migrations = await retryWhileLocked(openWaitMs, () => migrateFile(writer, writerDb, file))
    reportUpgrade(migrations, options)
    const reader = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 0 })
    opened.push(reader)
    const readerDb = new Kysely<Database>({ dialect: new ImmediateSqliteDialect(reader) })
    // SQLite opens the log at the first read. Later, it might have been replaced.
    await retryWhileLocked(openWaitMs, () => sql`select count(*) from sqlite_master`.execute(readerDb))
    const watch = new FileWatch({
      file,
      save: (target) => saveSnapshot(reader, target, { pagesPerStep: SAVED_PAGES }),
      log: options.log ?? { error: () => {}, warn: () => {} },
      ...(options.checkMs !== undefined && { checkMs: options.checkMs }),
    })
    return new SqliteStore({
      writer: await WriteConnection.open(writerDialect, () => watch.assertInPlace()),
      watch,
      reader: readerDb,
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

/**
 * Migrates with foreign keys turned off, because a migration may replace a table that others reference, and checks every
 * reference before the commit.
 */
async function migrateFile(
  writer: Sqlite.Database,
  db: Kysely<Database>,
  file: string,
): Promise<RunMigration[]> {
  // Inside the transaction, the pragma would have no effect.
  writer.pragma('foreign_keys = OFF')
  const runs: RunMigration[] = []
  try {
    await db.transaction().execute(async (tx) => {
      const migrated = await migrate(tx, sqliteSchema, file, (run) => runs.push(run))
      if (migrated) await assertReferences(tx, file)
    })
  } finally {
    writer.pragma('foreign_keys = ON')
  }
  return runs
}

async function assertReferences(tx: Tx, file: string): Promise<void> {
  const { rows } = await sql<{ table: string; parent: string }>`pragma foreign_key_check`.execute(tx)
  const [broken] = rows
  if (broken === undefined) return
  throw new StoreOpenError(
    `${file} has rows in ${broken.table} that refer to missing rows in ${broken.parent}, so it was not upgraded: restore it from a backup.`,
  )
}

function assertUsable(path: string, file: string): void {
  if (path === '' || path.startsWith(':')) {
    throw new StoreOpenError(
      'DATABASE_URL must name a file, such as file:./data/prebook.db: an in-memory database would lose its data.',
    )
  }
  const folder = dirname(file)
  if (!statPath(folder)?.isDirectory()) {
    throw new StoreOpenError(
      `The folder ${folder} for the database does not exist: create it (mkdir -p ${folder}) or change DATABASE_URL.`,
    )
  }
  if (statPath(file)?.isDirectory()) {
    throw new StoreOpenError(`${file} is a folder: set DATABASE_URL to a file in it, such as prebook.db.`)
  }
}

function statPath(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw new StoreOpenError(
      `${path} cannot be reached: give this user access to every folder of the path, or change DATABASE_URL.`,
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
    // The file may only be locked. The next attempt opens a new connection.
    database.close()
    throw error
  }
}

function setUpWriter(database: Sqlite.Database, file: string): void {
  assertOurs(database, file)
  database.pragma('foreign_keys = ON')
  // Otherwise an erased address would stay in the file until its place is used again.
  database.pragma('secure_delete = ON')
  // In better-sqlite3, WAL silently implies synchronous = NORMAL, which can lose the last commits in a power cut. FULL
  // flushes the log at every commit.
  const mode = database.pragma('journal_mode = WAL', { simple: true })
  database.pragma('synchronous = FULL')
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  if (mode !== 'wal' || database.pragma('synchronous', { simple: true }) !== 2) {
    throw new StoreOpenError(
      `${file} cannot be used with a write-ahead log (is it on a network file system?): move it to a local disk.`,
    )
  }
}

function assertOurs(database: Sqlite.Database, file: string): void {
  // In one transaction, because another process may be creating the database right now.
  const { id, tables } = database.transaction(() => ({
    id: database.pragma('application_id', { simple: true }),
    tables: database.prepare('select count(*) from sqlite_master').pluck().get(),
  }))()
  if (id === APPLICATION_ID) return
  if (id !== 0 || tables !== 0) {
    throw new StoreOpenError(
      `${file} is a SQLite database of another application: set DATABASE_URL to a new file or to a Prebook database.`,
    )
  }
}

/** Turns an error during opening into a message for the operator. Unknown errors are returned unchanged. */
function explain(error: unknown, file: string): unknown {
  // `STORE_BUSY` has the SQLite error as its cause.
  const cause = hasReason(error, 'STORE_BUSY') ? error.cause : error
  if (isLocked(cause)) {
    return new StoreOpenError(
      `${file} is locked by another program, such as a running copy or a tool that has the file open: wait for it to finish or stop it, then start again.`,
      { cause: error },
    )
  }
  const code = sqliteCode(cause) ?? ''
  if (code === 'SQLITE_FULL') {
    return new StoreOpenError(`${file} is on a full disk: free some space, then start again.`, {
      cause: error,
    })
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new StoreOpenError(
      `${file} is not a SQLite database, or it is damaged: restore it from a backup, or set DATABASE_URL to another file.`,
      { cause: error },
    )
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN') ||
    code.startsWith('SQLITE_PERM')
  ) {
    return new StoreOpenError(
      `${file} cannot be written: give this user write permission on the file and on its folder, or change DATABASE_URL.`,
      { cause: error },
    )
  }
  return error
}
