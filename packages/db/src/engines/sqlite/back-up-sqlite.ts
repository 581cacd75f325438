import { existsSync, linkSync, openSync, closeSync, fsyncSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { StoreOpenError } from '../../store.ts'
import { CopyError } from '../../copy/copy-error.ts'
import { sqliteCode } from './sqlite-errors.ts'
import { APPLICATION_ID } from './sqlite-schema.ts'

/** A finished backup. */
export type Backup = { from: string; to: string; bytes: number }

/**
 * Copies a snapshot of a SQLite database into a new file and checks the copy. Services can use the database meanwhile.
 * The backup contains every write acknowledged before it. The file gets its name once it is complete and flushed to
 * disk.
 *
 * @param url `file:` and the path of the database
 * @param to the path of the backup. An existing file is never overwritten
 * @throws StoreOpenError when the database cannot be read
 * @throws CopyError when the backup cannot be written or fails its check
 */
export async function backUpSqlite(url: string, to: string): Promise<Backup> {
  const file = resolve(url.slice('file:'.length))
  const target = resolve(to)
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new StoreOpenError(`There is no database ${file}: correct DATABASE_URL.`)
  }
  if (!statSync(dirname(target), { throwIfNoEntry: false })?.isDirectory()) {
    throw new CopyError(`The folder ${dirname(target)} for the backup does not exist: create it.`)
  }
  if (existsSync(target)) throw alreadyExists(target)
  try {
    await copyFile(file, target)
  } catch (error) {
    throw explain(error, file, target)
  }
  return { from: file, to: target, bytes: statSync(target).size }
}

async function copyFile(file: string, target: string): Promise<void> {
  const database = new Sqlite(file, { readonly: true, fileMustExist: true })
  try {
    if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
      throw new StoreOpenError(`${file} is not a Prebook database: correct DATABASE_URL.`)
    }
    await saveSnapshot(database, target, { check: assertSound })
  } finally {
    database.close()
  }
}

/**
 * Copies everything that was committed to an open database into a new file. The file gets its name once it is complete
 * and flushed to disk.
 *
 * @param options.pagesPerStep pages that are copied before the event loop continues; by default all. With several steps,
 *   each write by another connection restarts the copy
 * @param options.check called with the path of the complete copy
 */
export async function saveSnapshot(
  database: Sqlite.Database,
  target: string,
  { pagesPerStep = 0x7fffffff, check }: { pagesPerStep?: number; check?: (path: string) => void } = {},
): Promise<void> {
  const partial = `${target}.partial`
  try {
    // Left by an interrupted backup.
    rmSync(partial, { force: true })
    // Only the owner may read e-mail addresses and password hashes.
    closeSync(openSync(partial, 'wx', 0o600))
    await database.backup(partial, { progress: () => pagesPerStep })
    check?.(partial)
    flush(partial)
    // Unlike a rename, a link never replaces a file that was created in the meantime.
    linkSync(partial, target)
    flush(dirname(target))
  } finally {
    for (const name of [partial, `${partial}-wal`, `${partial}-shm`, `${partial}-journal`]) {
      rmSync(name, { force: true })
    }
  }
}

function assertSound(partial: string): void {
  const copy = new Sqlite(partial, { fileMustExist: true })
  try {
    const found = copy.pragma('integrity_check', { simple: true })
    const dangling = copy.pragma('foreign_key_check') as unknown[]
    if (found === 'ok' && dangling.length === 0) return
    throw new CopyError(
      `The backup failed its integrity check and was deleted: ${String(found)}, ${dangling.length} rows with broken references. The database itself may be damaged.`,
    )
  } finally {
    copy.close()
  }
}

function flush(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function alreadyExists(target: string): CopyError {
  return new CopyError(`${target} already exists: choose a new file. A backup never overwrites a file.`)
}

function explain(error: unknown, file: string, target: string): unknown {
  if (error instanceof CopyError || error instanceof StoreOpenError) return error
  const code = sqliteCode(error) ?? (error instanceof Error && 'code' in error ? String(error.code) : '')
  if (code === 'EEXIST') return alreadyExists(target)
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new StoreOpenError(`${file} is not a SQLite database, or it is damaged: correct DATABASE_URL.`, {
      cause: error,
    })
  }
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return new CopyError(
      `There is not enough disk space for the backup ${target}: free some space, or choose another location.`,
      { cause: error },
    )
  }
  if (/^(?:EACCES|ENOENT|EPERM|EROFS|SQLITE_CANTOPEN|SQLITE_READONLY)/.test(code)) {
    return new CopyError(
      `${file} cannot be read, or ${target} cannot be written: give this user permission, or choose another location.`,
      { cause: error },
    )
  }
  return error
}
