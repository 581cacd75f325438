import Sqlite from 'better-sqlite3'
import { PrebookError } from '@prebook/core'
import { UniqueViolation } from '../../store.ts'

/** The code of an error of SQLite, such as `SQLITE_BUSY`, or null for any other error. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Sqlite.SqliteError ? error.code : null
}

/** Whether another connection holds the lock that this statement needed: nothing happened, and it may be tried again. */
export function isLocked(error: unknown): boolean {
  const code = sqliteCode(error)
  return code !== null && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
}

/** An error of SQLite in the words that every engine shares; any other error as it is. */
export function translateSqliteError(error: unknown): unknown {
  const code = sqliteCode(error)
  if (isLocked(error) || code === 'SQLITE_FULL') {
    return new PrebookError('STORE_BUSY', { cause: error, retryAfterSeconds: 1 })
  }
  if (code !== null && uniqueness.has(code)) return new UniqueViolation(String(error), { cause: error })
  return error
}

/** SQLite tells a doubled primary key from any other doubled row; to us they are the same. */
const uniqueness = new Set([
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  'SQLITE_CONSTRAINT_ROWID',
])
