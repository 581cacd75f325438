import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { openStore } from './open-store.ts'
import { StoreOpenError } from './store.ts'
import { engines } from './testing/index.ts'
import { addUser } from './testing/rows.ts'

describe.each(engines)('opening a database on $name', (engine) => {
  test('that is new succeeds for several stores at once, and they share their writes', async () => {
    await using empty = await engine.createEmpty()
    await using disposables = new AsyncDisposableStack()
    const stores = await Promise.all(Array.from({ length: 5 }, () => openStore(empty.url)))
    for (const store of stores) disposables.adopt(store, (it) => it.close())
    await Promise.all(stores.map((store) => store.write((tx) => addUser(tx))))
    for (const store of stores) {
      const rows = await store.read((reader) => reader.selectFrom('users').select('id').execute())
      expect(rows).toHaveLength(5)
    }
  })

  test('again finds earlier writes, and runs no migration twice', async () => {
    await using empty = await engine.createEmpty()
    const applied: unknown[] = []
    for (let count = 1; count <= 3; count += 1) {
      const store = await openStore(empty.url)
      await store.write((tx) => addUser(tx))
      const users = await store.read((reader) => reader.selectFrom('users').select('id').execute())
      expect(users).toHaveLength(count)
      const { rows } = await store.read((reader) => sql`select * from kysely_migration`.execute(reader))
      applied.push(rows)
      await store.close()
    }
    expect(applied[0]).toContainEqual(expect.objectContaining({ name: '0001-initial' }))
    expect(applied).toEqual([applied[0], applied[0], applied[0]])
  })

  test('that a newer version has migrated is refused, and its rows are kept', async () => {
    await using database = await engine.create()
    await database.store.write(async (tx) => {
      await addUser(tx, { email: 'kept@example.org' })
      await sql`insert into kysely_migration values ('9999-later', '2099-01-01')`.execute(tx)
    })
    const attempt = openStore(database.url)
    await expect(attempt).rejects.toThrow(StoreOpenError)
    await expect(attempt).rejects.toThrow(
      /newer version of Prebook \(9999-later\): start that version, or restore a backup/,
    )
    const kept = await database.store.read((reader) => reader.selectFrom('users').select('email').execute())
    expect(kept).toEqual([{ email: 'kept@example.org' }])
  })
})

test.each([
  '',
  'prebook.db',
  '/var/lib/prebook.db',
  'mysql://user:secret@host/name',
  'sqlite:x.db',
  'FILE:x.db',
])('an address of no known engine is refused without repeating its secrets: %j', async (url) => {
  const error: unknown = await openStore(url).catch((refusal: unknown) => refusal)
  expect(error).toBeInstanceOf(StoreOpenError)
  expect(String(error)).toMatch(/DATABASE_URL must be .*file:\.\/data\/prebook\.db/)
  expect(String(error)).not.toContain('secret')
})
