import { WAIT_MS } from '@prebook/testing/bounds'
import { chmod, copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { CopyError } from '../../copy/copy-error.ts'
import { openStore } from '../../open-store.ts'
import { StoreOpenError } from '../../store.ts'
import { addUser } from '../../testing/rows.ts'
import { backUpSqlite } from './back-up-sqlite.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

async function serve(file: string) {
  const store = await openStore(`file:${file}`)
  return { store, [Symbol.asyncDispose]: () => store.close() }
}

async function countUsers(file: string): Promise<number> {
  await using service = await serve(file)
  const rows = await service.store.read((reader) => reader.selectFrom('users').select('id').execute())
  return rows.length
}

describe('a backup', () => {
  test('contains all writes acknowledged before it, while writes continue', async () => {
    await using folder = await temporaryFolder()
    const file = folder.path('prebook.db')
    await using service = await serve(file)
    let acknowledged = 0
    const stop = new AbortController()
    const writer = (async () => {
      while (!stop.signal.aborted) {
        await service.store.write((tx) => addUser(tx))
        acknowledged += 1
      }
    })()
    for (let round = 0; round < 5; round += 1) {
      const target = acknowledged + 20
      await expect.poll(() => acknowledged, { interval: 1, timeout: WAIT_MS }).toBeGreaterThanOrEqual(target)
      const before = acknowledged
      const backup = await backUpSqlite(`file:${file}`, folder.path(`backup-${round}.db`))
      const copy = await countUsers(backup.to)
      expect(copy).toBeGreaterThanOrEqual(before)
    }
    stop.abort()
    await writer
    // No other files are left, and only the owner can read the backups.
    expect((await folder.list()).filter((name) => name.startsWith('backup'))).toEqual(
      [0, 1, 2, 3, 4].map((round) => `backup-${round}.db`),
    )
    expect((await stat(folder.path('backup-0.db'))).mode & 0o777).toBe(0o600)
    // A restored backup works as a database.
    await copyFile(folder.path('backup-4.db'), folder.path('restored.db'))
    await using restored = await serve(folder.path('restored.db'))
    expect(await restored.store.write((tx) => addUser(tx))).toBeGreaterThan(100)
  })

  test('contains the write-ahead log of a service that was killed', async () => {
    await using folder = await temporaryFolder()
    await using service = await serve(folder.path('prebook.db'))
    await service.store.write((tx) => addUser(tx))
    for (const suffix of ['', '-wal']) {
      await copyFile(folder.path(`prebook.db${suffix}`), folder.path(`killed.db${suffix}`))
    }
    await backUpSqlite(`file:${folder.path('killed.db')}`, folder.path('backup.db'))
    expect(await countUsers(folder.path('backup.db'))).toBe(1)
  })

  test('never overwrites a file, except the partial file of an interrupted backup', async () => {
    await using folder = await temporaryFolder()
    const url = `file:${folder.path('prebook.db')}`
    await countUsers(folder.path('prebook.db'))
    await writeFile(folder.path('precious'), 'kept')
    await expect(backUpSqlite(url, folder.path('precious'))).rejects.toThrow(
      /already exists: choose a new file/,
    )
    await expect(backUpSqlite(url, folder.path('prebook.db'))).rejects.toThrow(CopyError)
    await mkdir(folder.path('folder'))
    await expect(backUpSqlite(url, folder.path('folder'))).rejects.toThrow(CopyError)
    expect(await readFile(folder.path('precious'), 'utf8')).toBe('kept')
    await writeFile(folder.path('backup.db.partial'), 'half')
    await backUpSqlite(url, folder.path('backup.db'))
    expect(await countUsers(folder.path('backup.db'))).toBe(0)
  })

  test('of a damaged database is deleted', async () => {
    await using folder = await temporaryFolder()
    const file = folder.path('prebook.db')
    await using service = await serve(file)
    await service.store.write(async (tx) => {
      for (let count = 0; count < 200; count += 1) await addUser(tx)
    })
    await service.store.close()
    const bytes = await readFile(file)
    // The last pages contain rows and indexes.
    bytes.fill(0xff, bytes.length - 4_096 * 3)
    await writeFile(file, bytes)
    await expect(backUpSqlite(`file:${file}`, folder.path('backup.db'))).rejects.toThrow(
      /failed its integrity check and was deleted|damaged/,
    )
    expect((await folder.list()).filter((name) => name.startsWith('backup'))).toEqual([])
  })

  test.each([
    { what: 'nothing', put: async () => {}, error: StoreOpenError },
    {
      what: 'a text file',
      put: (file: string) => writeFile(file, 'Dear diary, '.repeat(500)),
      error: StoreOpenError,
    },
    {
      what: 'a database of another application',
      put: async (file: string) => void new Sqlite(file).exec('create table recipes (id integer)').close(),
      error: StoreOpenError,
    },
  ])('of $what is refused', async ({ put, error }) => {
    await using folder = await temporaryFolder()
    await put(folder.path('prebook.db'))
    const before = await folder.list()
    const backup = backUpSqlite(`file:${folder.path('prebook.db')}`, folder.path('backup.db'))
    await expect(backup).rejects.toThrow(error)
    expect(await folder.list()).toEqual(before)
  })

  test('into a folder that does not exist or is not writable is refused', async () => {
    await using folder = await temporaryFolder()
    const url = `file:${folder.path('prebook.db')}`
    await countUsers(folder.path('prebook.db'))
    await expect(backUpSqlite(url, folder.path('missing/backup.db'))).rejects.toThrow(
      /does not exist: create it/,
    )
    await mkdir(folder.path('closed'))
    await chmod(folder.path('closed'), 0o500)
    // Root can write everywhere except to /proc.
    const closed = process.getuid?.() === 0 ? '/proc/backup.db' : folder.path('closed/backup.db')
    await expect(backUpSqlite(url, closed)).rejects.toThrow(/cannot be written|choose another location/)
  })
})
