import Sqlite from 'better-sqlite3'
import { PrebookError } from '@prebook/core'
import { UniqueViolation } from '../../store.ts'

/** The code of a SQLite error, such as `SQLITE_BUSY`, or null for any other error. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Sqlite.SqliteError ? error.code : null
}

/** Whether another connection holds the lock that a statement needs. Nothing happened, and it can be retried. */
export function isLocked(error: unknown): boolean {
  const code = sqliteCode(error)
  return code !== null && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
}

/** Translates an error of SQLite to the errors that all engines share. Other errors are returned unchanged. */
export function translateSqliteError(error: unknown): unknown {
  const code = sqliteCode(error)
  if (isLocked(error) || (code !== null && storageFailures.test(code))) return sqliteBusy(error)
  if (code !== null && uniqueness.has(code)) return new UniqueViolation(String(error), { cause: error })
  return error
}

/** A refusal because of an error that stopped a transaction. Unless it waited for a lock, the store failed on its own. */
export function sqliteBusy(cause: unknown): PrebookError {
  return new PrebookError('STORE_BUSY', { cause, retryAfterSeconds: 1, storeFailed: !isLocked(cause) })
}

/** The disk is full or failed. Nothing is wrong with the statement. */
const storageFailures = /^SQLITE_(?:FULL|IOERR|CANTOPEN)/

/** The error of a write to a file or disk that is read-only. A write to the read connection is a bug, and stays as it is. */
export function readOnlyAsBusy(error: unknown): unknown {
  return sqliteCode(error)?.startsWith('SQLITE_READONLY') === true ? sqliteBusy(error) : error
}

/** SQLite distinguishes a duplicate primary key from other duplicates. For us they are the same. */
const uniqueness = new Set([
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  'SQLITE_CONSTRAINT_ROWID',
])
