import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { sqliteBusy, translateSqliteError } from './sqlite-errors.ts'

test.each([
  ['SQLITE_BUSY', false],
  ['SQLITE_BUSY_SNAPSHOT', false],
  ['SQLITE_LOCKED', false],
  ['SQLITE_FULL', true],
])('%s is a failure of the store: %j', (code, storeFailed) => {
  const error = new Sqlite.SqliteError('an error', code)
  expect(translateSqliteError(error)).toMatchObject({ reason: 'STORE_BUSY', storeFailed })
})

test('an error of the disk that ends a transaction is a failure of the store', () => {
  const error = new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
  expect(sqliteBusy(error)).toMatchObject({ reason: 'STORE_BUSY', storeFailed: true })
})
