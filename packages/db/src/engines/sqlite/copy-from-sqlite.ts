import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { CopiedRow, CopiedTable, CopySource } from '../../copy/copied-table.ts'
import { CopyError } from '../../copy/copy-error.ts'
import { DERIVED_TABLES } from '../../copy/derived-tables.ts'
import { tablesInOrder } from '../../copy/tables-in-order.ts'
import { migrationsOf } from '../../migrations/migrate.ts'
import { StoreOpenError } from '../../store.ts'
import { ORDINARY_TABLES } from './ordinary-tables.ts'
import { isLocked, sqliteCode } from './sqlite-errors.ts'
import { APPLICATION_ID, sqliteSchema } from './sqlite-schema.ts'

/** The maximum size of a batch: it ends at whichever limit is reached first. */
const BATCH = { rows: 2_000, characters: 1_000_000 }

type Column = { name: string; type: string; pk: number }

/**
 * Opens a SQLite file as the source of a copy, with an exclusive lock until it is disposed. The file is not changed.
 *
 * @throws StoreOpenError when it cannot be opened or locked
 */
export async function copyFromSqlite(path: string): Promise<CopySource> {
  const file = resolve(path)
  if (path === '' || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new StoreOpenError(`There is no database ${file}: set --from to the file that Prebook uses.`)
  }
  const database = openExclusively(file)
  const close = () => {
    if (database.inTransaction) database.exec('rollback')
    database.close()
  }
  try {
    assertCurrent(database, file)
    return {
      label: file,
      tables: readTables(database),
      count: (table) => Number(database.prepare(`select count(*) from "${table.name}"`).pluck().get()),
      batches: (table) => readBatches(database, table),
      [Symbol.asyncDispose]: async () => close(),
    }
  } catch (error) {
    close()
    throw error
  }
}

/**
 * Opens the file with an exclusive lock, which fails while another process has the file open. Otherwise the copy would
 * miss the writes of a running service.
 */
function openExclusively(file: string): Sqlite.Database {
  let database: Sqlite.Database | undefined
  try {
    database = new Sqlite(file, { fileMustExist: true, timeout: 0 })
    database.pragma('locking_mode = exclusive')
    database.exec('begin exclusive')
    // After `begin`, which fails with `query_only`.
    database.pragma('query_only = on')
    return database
  } catch (error) {
    database?.close()
    throw explain(error, file)
  }
}

function explain(error: unknown, file: string): unknown {
  const code = sqliteCode(error) ?? ''
  const openError = (message: string) => new StoreOpenError(`${file} ${message}`, { cause: error })
  if (isLocked(error)) {
    return openError(
      'is in use: stop every Prebook process and every other program that has it open, then run the copy again.',
    )
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return openError(
      'is not a SQLite database, or it is damaged: restore it from a backup, or correct --from.',
    )
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN'))
    return openError(
      'cannot be locked: run the copy with an account that can write to the file and its folder (the copy does not change them).',
    )
  return error
}

function assertCurrent(database: Sqlite.Database, file: string): void {
  if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new StoreOpenError(`${file} is not a Prebook database: set --from to the file that Prebook uses.`)
  }
  const known = Object.keys(migrationsOf(sqliteSchema))
  const applied = database.prepare('select name from kysely_migration').pluck().all() as string[]
  const newer = applied.filter((name) => !known.includes(name))
  if (newer.length > 0) {
    throw new StoreOpenError(
      `${file} was changed by a newer version of Prebook (${newer.join(', ')}): copy it with that version.`,
    )
  }
  const missing = known.filter((name) => !applied.includes(name))
  if (missing.length > 0) {
    throw new StoreOpenError(
      `${file} was last used by an older version of Prebook (${missing.join(', ')} is missing): start this version on it once, stop it, then run the copy again.`,
    )
  }
}

/** Every table that holds data, so that tables of later migrations are copied too. */
function readTables(database: Sqlite.Database): CopiedTable[] {
  const all = database.prepare(ORDINARY_TABLES).pluck().all() as string[]
  const names = all.filter((name) => !DERIVED_TABLES.includes(name))
  return tablesInOrder(
    names.map((name) => {
      const columns = database.pragma(`table_info("${name}")`) as Column[]
      const unsupported = columns.find((column) => !['INTEGER', 'TEXT'].includes(column.type.toUpperCase()))
      if (unsupported !== undefined) {
        throw new Error(`${name}.${unsupported.name} has the unsupported type ${unsupported.type}.`)
      }
      const references = database.pragma(`foreign_key_list("${name}")`) as { table: string }[]
      return {
        name,
        columns: columns.map((column) => column.name),
        key: columns
          .filter((column) => column.pk > 0)
          .toSorted((a, b) => a.pk - b.pk)
          .map((column) => column.name),
        refersTo: references.map((reference) => reference.table),
      }
    }),
  )
}

function* readBatches(database: Sqlite.Database, table: CopiedTable): Generator<CopiedRow[]> {
  const columns = table.columns.map((column) => `"${column}"`).join(', ')
  const rows = database
    .prepare(`select ${columns} from "${table.name}" order by ${table.key.map((it) => `"${it}"`).join(', ')}`)
    .raw()
    // Exact integers, including those that a JavaScript number would round.
    .safeIntegers()
    .iterate() as IterableIterator<(string | bigint | null)[]>
  let batch: CopiedRow[] = []
  let characters = 0
  for (const values of rows) {
    const row = values.map((value) => (typeof value === 'bigint' ? String(value) : value))
    assertStorable(table, row)
    batch.push(row)
    for (const value of row) characters += value?.length ?? 0
    if (batch.length >= BATCH.rows || characters >= BATCH.characters) {
      yield batch
      batch = []
      characters = 0
    }
  }
  if (batch.length > 0) yield batch
}

/** U+0000 is the only character that SQLite can store and PostgreSQL cannot. */
function assertStorable(table: CopiedTable, row: CopiedRow): void {
  const index = row.findIndex((value) => value?.includes('\0') === true)
  if (index === -1) return
  const key = table.key.map((column) => `${column} ${row[table.columns.indexOf(column)]}`).join(', ')
  throw new CopyError(
    `The row of ${table.name} with ${key} has a NUL character (U+0000) in ${table.columns[index]}, which PostgreSQL cannot store: remove it from the text, then run the copy again.`,
  )
}
