import { isPostgresUrl, sqlitePathOf } from './database-url.ts'
import { openPostgres } from './engines/postgres/open-postgres.ts'
import { openSqlite } from './engines/sqlite/open-sqlite.ts'
import { StoreOpenError, type Store } from './store.ts'

/** How patient a store is, and how much of a database server it takes. */
export type OpenStoreOptions = {
  /**
   * How long a request waits for a database, a book or a connection of the pool that somebody else holds, in
   * milliseconds; then it ends in `STORE_BUSY`. 5,000 unless told otherwise.
   */
  lockWaitMs?: number
  /**
   * The most connections to a database server at once, 10 unless told otherwise; one more listens for news. No request
   * needs two. SQLite has none.
   */
  poolSize?: number
  /**
   * The longest that a statement may take on a database server before it ends in `STORE_BUSY`, in milliseconds; 30,000
   * unless told otherwise.
   */
  statementTimeoutMs?: number
}

/**
 * Opens the database that the address names, brings its schema up to date, and gives it back ready to serve.
 *
 * @param url `file:` and a path, absolute or relative to the working directory; or `postgres://user:password@host/name`
 * @throws StoreOpenError when that is impossible, with what to do
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
