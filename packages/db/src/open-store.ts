import { openSqlite } from './engines/sqlite/open-sqlite.ts'
import { StoreOpenError, type Store } from './store.ts'

export type OpenStoreOptions = {
  /** How long a request waits for a database that another process holds, in milliseconds. */
  lockWaitMs?: number
}

/**
 * Opens the database that the address names, brings its schema up to date, and gives it back ready to serve.
 *
 * @param url `file:` and a path, absolute or relative to the working directory
 * @throws StoreOpenError when that is impossible, with what to do
 * @example await openStore('file:./data/prebook.db')
 */
export async function openStore(url: string, options: OpenStoreOptions = {}): Promise<Store> {
  if (url.startsWith('file:')) return openSqlite(url.slice('file:'.length), options)
  throw new StoreOpenError(
    `DATABASE_URL must be file:<path>, such as file:./data/prebook.db; it begins with "${url.split(':')[0]}:".`,
  )
}
