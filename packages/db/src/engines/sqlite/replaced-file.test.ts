import { copyFile, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, test, vi } from 'vitest'
import { WAIT } from '@prebook/testing/bounds'
import type { Store } from '../../store.ts'
import { addBook } from '../../testing/rows.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { openSqlite } from './open-sqlite.ts'

/** So late that only writes, readiness checks and the stop compare the files. */
const NEVER_MS = 2 ** 31 - 1

/** A store whose log is kept, with a book in it. */
async function openShop(file: string, checkMs = NEVER_MS) {
  const lines: string[] = []
  const log = {
    error: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
  }
  const store = await openSqlite(file, { log, checkMs })
  await store.write((tx) => addBook(tx, { title: 'Before' }))
  return { store, lines }
}

/** The file that the log says everything was saved in. */
async function savedFile(lines: string[]): Promise<string> {
  return vi.waitFor(() => {
    const name = lines
      .map((line) => / is in (\S+\.saved-\S+)\. Stop the service/.exec(line)?.[1])
      .find(Boolean)
    if (name === undefined) throw new Error(`Nothing was saved:\n${lines.join('\n')}`)
    return name
  }, WAIT)
}

function titlesIn(file: string): string[] {
  const database = new Sqlite(file, { readonly: true, fileMustExist: true })
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    return database.prepare('select title from books').pluck().all() as string[]
  } finally {
    database.close()
  }
}

const write = (store: Store, title: string) => store.write((tx) => addBook(tx, { title }))

type Folder = Awaited<ReturnType<typeof temporaryFolder>>

/** Creates another database, as from a backup. */
async function otherDatabase(folder: Folder): Promise<string> {
  const file = folder.path('other.db')
  const store = await openSqlite(file, {})
  await write(store, 'Other')
  await store.close()
  return file
}

/** What may happen to the files of an open database. */
const accidents: { what: string; happen: (file: string, folder: Folder) => Promise<unknown> }[] = [
  {
    what: 'another database is moved to its path',
    happen: async (file, folder) => rename(await otherDatabase(folder), file),
  },
  {
    what: 'another database is copied to its path after it was deleted, with its log',
    async happen(file, folder) {
      const other = await otherDatabase(folder)
      await Promise.all(['', '-wal', '-shm'].map((end) => rm(`${file}${end}`)))
      await copyFile(other, file)
    },
  },
  { what: 'it is deleted', happen: (file) => rm(file) },
  { what: 'it is moved away', happen: (file) => rename(file, `${file}.old`) },
  { what: 'its write-ahead log is deleted', happen: (file) => rm(`${file}-wal`) },
  { what: 'the index of its log is deleted', happen: (file) => rm(`${file}-shm`) },
  {
    what: 'the log of another database is moved to the path of its log',
    async happen(file, folder) {
      const other = new Sqlite(folder.path('other.db'))
      other.pragma('journal_mode = WAL')
      other.exec('create table songs (title text)')
      await copyFile(folder.path('other.db-wal'), folder.path('other-log'))
      await rename(folder.path('other-log'), `${file}-wal`)
      other.close()
    },
  },
]

describe.each(accidents)('when $what under an open store', ({ happen }) => {
  test('the next write is refused, and what was acknowledged is in a new file that the log names', async () => {
    await using folder = await temporaryFolder()
    const file = folder.path('prebook.db')
    const { store, lines } = await openShop(file)
    await write(store, 'Acknowledged')

    await happen(file, folder)

    await expect(write(store, 'Refused')).rejects.toMatchObject({ reason: 'STORE_BUSY' })
    expect(titlesIn(await savedFile(lines))).toEqual(['Before', 'Acknowledged'])
    expect(lines[0]).toMatch(/prebook\.db\S* was replaced or deleted .*writes are refused/)
    await expect(store.checkWritable()).rejects.toMatchObject({ reason: 'STORE_BUSY' })
    await expect(write(store, 'Refused too')).rejects.toMatchObject({ reason: 'STORE_BUSY' })
    const titles = await store.read((reader) => reader.selectFrom('books').select('title').execute())
    expect(titles).toEqual([{ title: 'Before' }, { title: 'Acknowledged' }])
    await store.close()
    expect(lines).toHaveLength(2)
  })

  test('a write that has begun is refused, and leaves nothing', async () => {
    await using folder = await temporaryFolder()
    const file = folder.path('prebook.db')
    const { store, lines } = await openShop(file)
    const begun = store.write(async (tx) => {
      await addBook(tx, { title: 'Begun' })
      await happen(file, folder)
    })
    await expect(begun).rejects.toMatchObject({ reason: 'STORE_BUSY' })
    expect(titlesIn(await savedFile(lines))).toEqual(['Before'])
    await store.close()
  })

  test('under load, every acknowledged write is in the new file', async () => {
    await using folder = await temporaryFolder()
    const file = folder.path('prebook.db')
    const { store, lines } = await openShop(file)
    const acknowledged = ['Before']
    const clients = Array.from({ length: 20 }, async (_, client) => {
      for (let count = 0; ; count += 1) {
        const title = `${client}/${count}`
        const error = await write(store, title).then(
          () => acknowledged.push(title),
          (refusal: { reason?: string }) => refusal,
        )
        if (typeof error !== 'number') return error.reason
      }
    })
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(200), WAIT)

    await happen(file, folder)

    expect(new Set(await Promise.all(clients))).toEqual(new Set(['STORE_BUSY']))
    const kept = new Set(titlesIn(await savedFile(lines)))
    expect(acknowledged.filter((title) => !kept.has(title))).toEqual([])
    // A refused write left nothing.
    expect(kept.size).toBe(acknowledged.length)
    await store.close()
  })

  test.each([
    ['a stop', async (store: Store) => store.close()],
    ['a readiness check', async (store: Store) => store.checkWritable().catch(() => {})],
  ])('%s notices it without a write', async (_, notice) => {
    await using folder = await temporaryFolder()
    const file = folder.path('prebook.db')
    const { store, lines } = await openShop(file)

    await happen(file, folder)

    await notice(store)
    expect(titlesIn(await savedFile(lines))).toEqual(['Before'])
    await store.close()
  })
})

test('a replaced file is noticed after a while without a request', async () => {
  await using folder = await temporaryFolder()
  const file = folder.path('prebook.db')
  const { store, lines } = await openShop(file, 20)
  await rm(file)
  expect(titlesIn(await savedFile(lines))).toEqual(['Before'])
  await store.close()
})

test('a stop leaves the database that is now at the path, and its log, as they are', async () => {
  await using folder = await temporaryFolder()
  const file = folder.path('prebook.db')
  const { store } = await openShop(file)
  // Its newest row is only in its log.
  const other = new Sqlite(folder.path('other.db'))
  other.pragma('journal_mode = WAL')
  other.exec(`create table books (title text); insert into books values ('Other')`)
  const ends = ['', '-wal', '-shm']
  for (const end of ends) await copyFile(folder.path(`other.db${end}`), folder.path(`copy${end}`))
  other.close()
  for (const end of ends) await rename(folder.path(`copy${end}`), `${file}${end}`)
  const before = await Promise.all(ends.map((end) => readFile(`${file}${end}`)))

  await store.close()

  const after = await Promise.all(ends.map((end) => readFile(`${file}${end}`)))
  expect(after.map((bytes, index) => bytes.equals(before[index] ?? bytes.subarray(1)))).toEqual([
    true,
    true,
    true,
  ])
  expect(titlesIn(file)).toEqual(['Other'])
})

test('a file that cannot be saved next to the database is saved in the folder for temporary files', async () => {
  await using folder = await temporaryFolder()
  const file = folder.path('prebook.db')
  const { store, lines } = await openShop(file)
  await rm(dirname(file), { recursive: true })
  await expect(write(store, 'Refused')).rejects.toMatchObject({ reason: 'STORE_BUSY' })
  const saved = await savedFile(lines)
  expect(dirname(saved)).toBe(tmpdir())
  expect(titlesIn(saved)).toEqual(['Before'])
  await store.close()
  await rm(saved)
  await mkdir(dirname(file))
})

test('the log of a database that is opened through a link is next to the database', async () => {
  await using folder = await temporaryFolder()
  const { store } = await openShop(folder.path('real.db'))
  await store.close()
  await symlink(folder.path('real.db'), folder.path('link.db'))
  const linked = await openShop(folder.path('link.db'))
  await linked.store.checkWritable()
  expect(linked.lines).toEqual([])
  await rm(folder.path('real.db-wal'))
  await expect(write(linked.store, 'Refused')).rejects.toMatchObject({ reason: 'STORE_BUSY' })
  await linked.store.close()
  expect(titlesIn(await savedFile(linked.lines))).toEqual(['Before', 'Before'])
})
