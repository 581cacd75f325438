import { resolve } from 'node:path'
import { statSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { CopyError } from '../../copy/copy-error.ts'
import { StoreOpenError } from '../../store.ts'
import { isLocked, sqliteCode } from './sqlite-errors.ts'
import { APPLICATION_ID } from './sqlite-schema.ts'

/** How long to wait for the lock of another process, in milliseconds. */
const LOCK_WAIT_MS = 1_000

/** The size of a database before and after it was compacted, in bytes. */
export type Compaction = { file: string; before: number; after: number }

/**
 * Rewrites a SQLite database, so that unused space has no earlier content. `secure_delete` overwrites what is
 * deleted, but when SQLite spreads rows over other pages, an earlier copy of a row may stay in the space that it leaves, until
 * that page is written again.
 *
 * @param url `file:` and the path of the database
 * @throws StoreOpenError when it is no Prebook database or cannot be read, or another process uses it
 * @throws CopyError when the disk has no space for it
 */
export function compactSqlite(url: string): Compaction {
  const file = resolve(url.slice('file:'.length))
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new StoreOpenError(`There is no database ${file}: correct DATABASE_URL.`)
  let database
  try {
    database = new Sqlite(file, { fileMustExist: true, timeout: LOCK_WAIT_MS })
    if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID)
      throw new StoreOpenError(`${file} is not a Prebook database: correct DATABASE_URL.`)
    const before = statSync(file).size
    // Only one process may have it open: another one would keep earlier versions of pages in the write-ahead log.
    database.pragma('locking_mode = EXCLUSIVE')
    database.exec('VACUUM')
    const [log] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    if (log?.busy !== 0) throw inUse(file)
    return { file, before, after: statSync(file).size }
  } catch (error) {
    throw explain(error, file)
  } finally {
    database?.close()
  }
}

function inUse(file: string, cause?: unknown): StoreOpenError {
  return new StoreOpenError(`${file} is in use: stop the service first. Nothing was lost.`, { cause })
}

function explain(error: unknown, file: string): unknown {
  if (isLocked(error)) return inUse(file, error)
  const code = sqliteCode(error) ?? ''
  if (code === 'SQLITE_FULL') {
    return new CopyError(
      'There is not enough disk space: free twice the size of the database, or set SQLITE_TMPDIR to a folder on another disk.',
      { cause: error },
    )
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new StoreOpenError(`${file} is not a SQLite database, or it is damaged: correct DATABASE_URL.`, {
      cause: error,
    })
  }
  if (/^SQLITE_(?:CANTOPEN|READONLY|PERM)/.test(code)) {
    return new StoreOpenError(`${file} cannot be written: give this user permission.`, { cause: error })
  }
  return error
}
