import { isPostgresUrl, sqlitePathOf } from './database-url.ts'
import { openPostgres } from './engines/postgres/open-postgres.ts'
import { openSqlite } from './engines/sqlite/open-sqlite.ts'
import type { RunMigration } from './migrations/migrate.ts'
import { StoreOpenError, type Store, type StoreLog } from './store.ts'

/** Timeouts and limits of a store. */
export type OpenStoreOptions = {
  /**
   * How long a request waits for the lock of a database or a book, or for a connection of the pool, in milliseconds.
   * Then it fails with `STORE_BUSY`. Default: 5,000.
   */
  lockWaitMs?: number
  /**
   * The maximum number of connections to a database server. One more connection listens for events. No request needs
   * two connections. SQLite ignores this. Default: 10.
   */
  poolSize?: number
  /**
   * The longest a statement may run on a database server before it fails with `STORE_BUSY`, in milliseconds. Default:
   * 30,000.
   */
  statementTimeoutMs?: number
  /** Where the store reports that its database accepts no writes, or was replaced. Nowhere by default. */
  log?: StoreLog
  /**
   * Waits while the database server accepts no writes, until this signal is aborted. Without it, opening such a database
   * fails.
   */
  waitForWrites?: AbortSignal
  /** Called after the upgrade of an existing database, with each migration and how long it took. */
  onUpgraded?: (migrations: readonly RunMigration[]) => void
}

/**
 * Opens a database and migrates its schema.
 *
 * @param url `file:` and a path, absolute or relative to the working directory; or `postgres://user:password@host/name`,
 *   also with several hosts (`host:5432,other:5432`), of which the one that accepts writes is used
 * @throws StoreOpenError when the database cannot be opened. The message says what to do
 * @example await openStore('file:./data/prebook.db')
 */
export async function openStore(url: string, options: OpenStoreOptions = {}): Promise<Store> {
  const path = sqlitePathOf(url)
  if (path !== null) return openSqlite(path, options)
  if (isPostgresUrl(url)) return openPostgres(url, options)
  throw new StoreOpenError(
    `DATABASE_URL must be file:<path>, such as file:./data/prebook.db, or postgres://user:password@host/name; it begins with "${url.split(':')[0]}:".`,
  )
}
