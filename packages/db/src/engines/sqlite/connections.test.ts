import Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Reader, Tx } from '../../database.ts'
import { openStore } from '../../open-store.ts'
import { addUser } from '../../testing/rows.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

async function pragma(connection: Reader | Tx, name: string): Promise<unknown> {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(connection)
  return Object.values(rows[0] ?? {})[0]
}

async function opened() {
  const disposables = new AsyncDisposableStack()
  const folder = disposables.use(await temporaryFolder())
  const file = folder.path('prebook.db')
  const store = disposables.adopt(await openStore(`file:${file}`), (it) => it.close())
  return { file, store, folder, [Symbol.asyncDispose]: () => disposables.disposeAsync() }
}

test('the write connection has a write-ahead log, flushes it at every commit, and checks references', async () => {
  await using database = await opened()
  const settings = await database.store.write(async (tx) => ({
    journal: await pragma(tx, 'journal_mode'),
    // 2 is FULL: a commit that was acknowledged survives a power cut.
    synchronous: await pragma(tx, 'synchronous'),
    references: await pragma(tx, 'foreign_keys'),
    // SQLite's busy timeout would block the event loop.
    busyTimeout: await pragma(tx, 'busy_timeout'),
    // Deleted text does not stay in the file.
    secureDelete: await pragma(tx, 'secure_delete'),
    integrity: await pragma(tx, 'integrity_check'),
  }))
  expect(settings).toEqual({
    journal: 'wal',
    synchronous: 2,
    references: 1,
    busyTimeout: 0,
    secureDelete: 1,
    integrity: 'ok',
  })
})

test('the read connection does not block the event loop to wait for locks', async () => {
  await using database = await opened()
  expect(await database.store.read((reader) => pragma(reader, 'busy_timeout'))).toBe(0)
})

test.each([
  `insert into users (email, password_hash, role, created_at) values ('a@example.org', 'x', 'admin', 1)`,
  'update users set is_active = 0',
  'delete from users',
  'create table more (id integer)',
  'pragma user_version = 7',
])('the read connection cannot write: %s', async (statement) => {
  await using database = await opened()
  const { store } = database
  await store.write((tx) => addUser(tx, { email: 'before@example.org' }))
  const attempt = store.read((reader) => sql.raw(statement).execute(reader))
  await expect(attempt).rejects.toThrow(/readonly/)
  const rows = await store.read((reader) =>
    reader.selectFrom('users').select(['email', 'is_active']).execute(),
  )
  expect(rows).toEqual([{ email: 'before@example.org', is_active: 1 }])
})

test('the header of the file identifies it as a Prebook database', async () => {
  await using database = await opened()
  const id = await database.store.read((reader) => pragma(reader, 'application_id'))
  expect(Buffer.from(Number(id).toString(16), 'hex').toString()).toBe('PBOK')
})

test('every table is strict, so that a numeric column never stores text', async () => {
  await using database = await opened()
  const { rows } = await database.store.read((reader) =>
    sql<{
      name: string
      strict: number
    }>`select name, strict from pragma_table_list where schema = 'main' and type = 'table'
      and name not like 'sqlite_%' and name not like 'kysely_%'`.execute(reader),
  )
  expect(rows.map((table) => table.name)).toContain('prebooks')
  expect(rows.filter((table) => table.strict !== 1)).toEqual([])
})

test.each([{ used: true }, { used: false }])(
  'closing merges the log into the database file, with the connections used: $used',
  async ({ used }) => {
    await using database = await opened()
    const { store, file, folder } = database
    if (used) {
      await store.write((tx) => addUser(tx, { email: 'kept@example.org' }))
      await store.read((reader) => reader.selectFrom('users').selectAll().execute())
    }
    await store.close()
    expect(await folder.list()).toEqual(['prebook.db'])
    using copy = disposable(new Sqlite(file, { readonly: true }))
    const emails = copy.database.prepare('select email from users').pluck().all()
    expect(emails).toEqual(used ? ['kept@example.org'] : [])
  },
)

function disposable(database: Sqlite.Database) {
  return { database, [Symbol.dispose]: () => void database.close() }
}
