import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../open-store.ts'
import { StoreOpenError } from '../../store.ts'
import { addUser } from '../../testing/rows.ts'
import { openSqlite } from './open-sqlite.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

type Folder = Awaited<ReturnType<typeof temporaryFolder>>

async function refusal(url: string): Promise<unknown> {
  return openStore(url).then(
    (store) => store.close().then(() => 'opened'),
    (error: unknown) => error,
  )
}

function makeDatabase(file: string, statements: string): void {
  const database = new Sqlite(file)
  database.exec(statements)
  database.close()
}

async function makeOurs(file: string, statements = ''): Promise<void> {
  const store = await openStore(`file:${file}`)
  await store.close()
  if (statements !== '') makeDatabase(file, statements)
}

/** Paths that cannot be opened, with what exists there before and the expected remedy. */
const refused: {
  what: string
  remedy: RegExp
  name?: string
  put?: (folder: Folder, file: string) => Promise<unknown>
}[] = [
  {
    what: 'a file in a folder that does not exist',
    name: 'missing/prebook.db',
    remedy: /does not exist: create it \(mkdir -p .*missing\) or change DATABASE_URL/,
  },
  {
    what: 'a path below a file',
    name: 'note.txt/prebook.db',
    put: (folder) => writeFile(folder.path('note.txt'), 'a note'),
    remedy: /create it .* or change DATABASE_URL/,
  },
  {
    what: 'a folder',
    put: (_, file) => mkdir(file),
    remedy: /is a folder: set DATABASE_URL to a file in it/,
  },
  {
    what: 'a text file',
    put: (_, file) => writeFile(file, 'Dear diary, '.repeat(500)),
    remedy: /restore it from a backup, or set DATABASE_URL to another file/,
  },
  {
    what: 'a short text file',
    put: (_, file) => writeFile(file, 'no'),
    remedy: /restore it from a backup, or set DATABASE_URL to another file/,
  },
  {
    what: 'a database that is truncated after its header',
    put: async (_, file) => {
      await makeOurs(file)
      const bytes = await readFile(file)
      await writeFile(file, bytes.subarray(0, 5_000))
    },
    remedy: /restore it from a backup, or set DATABASE_URL to another file/,
  },
  {
    what: 'a database of another application',
    put: async (_, file) =>
      makeDatabase(file, 'create table recipes (id integer); insert into recipes values (1)'),
    remedy: /another application: set DATABASE_URL to a new file or to a Prebook database/,
  },
  {
    what: 'an empty database that another application marked as its own',
    put: async (_, file) => makeDatabase(file, 'pragma application_id = 252006673; pragma user_version = 1'),
    remedy: /another application: set DATABASE_URL to a new file or to a Prebook database/,
  },
  {
    what: 'a database with a write-ahead log of another application',
    put: async (_, file) =>
      makeDatabase(file, 'pragma journal_mode = wal; create table recipes (id integer)'),
    remedy: /another application: set DATABASE_URL to a new file or to a Prebook database/,
  },
  {
    what: 'a database that a newer version has migrated',
    put: (_, file) => makeOurs(file, `insert into kysely_migration values ('9999-later', '2099-01-01')`),
    remedy: /newer version of Prebook \(9999-later\): start that version, or restore a backup/,
  },
  {
    what: 'a link into a folder that does not exist',
    put: (folder, file) => symlink(folder.path('missing/prebook.db'), file),
    remedy: /cannot be written: give this user write permission .* or change DATABASE_URL/,
  },
  {
    what: 'a name that is too long',
    name: `${'x'.repeat(300)}.db`,
    remedy: /cannot be reached: .* or change DATABASE_URL/,
  },
]

describe('opening', () => {
  test.each(refused)('$what is refused with the path and a remedy, and nothing is changed', async (it) => {
    await using folder = await temporaryFolder()
    const file = folder.path(it.name ?? 'prebook.db')
    await it.put?.(folder, file)
    const content = async () => ({
      names: await folder.list(),
      bytes: await readFile(file).catch(() => null),
    })
    const before = await content()

    const error = await refusal(`file:${file}`)
    expect(error).toBeInstanceOf(StoreOpenError)
    expect(String(error)).toMatch(it.remedy)
    expect(String(error)).toContain(it.name?.split('/')[0] ?? file)
    // One sentence for the operator, whatever the cause.
    expect(String(error)).not.toMatch(/\n|SQLITE_/)
    expect(await content()).toEqual(before)
  })

  test('a file in a read-only system folder is refused with the path and a remedy', async () => {
    const error = await refusal('file:/proc/prebook.db')
    expect(error).toBeInstanceOf(StoreOpenError)
    expect(String(error)).toMatch(/\/proc.* change DATABASE_URL/)
  })

  test.each(['file:', 'file::memory:', 'file::memory:?cache=shared'])(
    '%j is refused: an in-memory database would lose its data',
    async (url) => {
      const error = await refusal(url)
      expect(error).toBeInstanceOf(StoreOpenError)
      expect(String(error)).toMatch(/DATABASE_URL must name a file, such as file:/)
    },
  )

  test('accepts a path relative to the working directory, and names with spaces', async () => {
    await using folder = await temporaryFolder()
    const file = folder.path('our books.db')
    const store = await openStore(`file:${relative(process.cwd(), file)}`)
    await store.close()
    expect(await folder.list()).toEqual(['our books.db'])
  })

  test('treats an empty file as a new database', async () => {
    await using folder = await temporaryFolder()
    await writeFile(folder.path('prebook.db'), '')
    const store = await openStore(`file:${folder.path('prebook.db')}`)
    expect(await store.write((tx) => addUser(tx))).toBe(1)
    await store.close()
  })

  test('a database that is up to date does not change the file', async () => {
    await using folder = await temporaryFolder()
    const file = folder.path('prebook.db')
    const store = await openStore(`file:${file}`)
    await store.write((tx) => addUser(tx))
    await store.close()
    const before = await readFile(file)
    for (let count = 0; count < 3; count += 1) {
      const again = await openStore(`file:${file}`)
      await again.read((reader) => reader.selectFrom('users').selectAll().execute())
      await again.close()
    }
    expect((await readFile(file)).equals(before)).toBe(true)
    expect(await folder.list()).toEqual(['prebook.db'])
  })
})

test('a file locked by another program is refused with one sentence, and opens once it is unlocked', async () => {
  await using folder = await temporaryFolder()
  const file = folder.path('prebook.db')
  await makeOurs(file)
  const other = new Sqlite(file)
  other.exec('begin exclusive')
  const error: unknown = await openSqlite(file, { openWaitMs: 100 }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(StoreOpenError)
  expect((error as StoreOpenError).message).toBe(
    `${file} is locked by another program, such as a running copy or a tool that has the file open: wait for it to finish or stop it, then start again.`,
  )
  other.exec('rollback')
  other.close()
  const store = await openSqlite(file, { openWaitMs: 100 })
  await store.close()
})
