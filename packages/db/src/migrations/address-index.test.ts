import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { listUsers } from '../queries/users.ts'
import { engines } from '../testing/index.ts'
import { fillOldSchemaWith } from '../testing/old-schema.ts'

/** So many that the oldest are found by the index only. */
const ACCOUNTS = 4_000

describe.each(engines)('the migration of the address index on $name', (engine) => {
  test('finds the addresses of a filled database, and changes no account', async () => {
    await using database = await engine.createEmpty()
    await fillOldSchemaWith(database.url, '0017-search-texts', [
      `insert into users (id, email, role, created_at) values (1, 'oldest@example.org', 'admin', 1), (2, null, 'reader', 2)`,
      `with recursive numbers(n) as (select 3 union all select n + 1 from numbers where n < ${ACCOUNTS})
        insert into users (id, email, role, created_at) select n, 'reader' || n || '@example.net', 'reader', n from numbers`,
    ])
    const store = await openStore(database.url)
    try {
      const find = async (text: string) => {
        const filter = { text, role: undefined, isActive: undefined, beforeId: null, limit: 3 }
        return (await store.read((reader) => listUsers(reader, filter))).map(({ id }) => id)
      }
      expect(await find('oldest')).toEqual([1])
      expect(await find('.org')).toEqual([1])
      expect(await find('reader7@')).toEqual([7])
      expect(await find('reader')).toEqual([ACCOUNTS, ACCOUNTS - 1, ACCOUNTS - 2])
      const rows = await store.read((reader) =>
        reader.selectFrom('users').selectAll().orderBy('id').execute(),
      )
      expect(rows).toHaveLength(ACCOUNTS)
      expect(rows.slice(0, 3)).toMatchObject([
        { id: 1, email: 'oldest@example.org', role: 'admin', created_at: 1 },
        { id: 2, email: null, role: 'reader', created_at: 2 },
        { id: 3, email: 'reader3@example.net', role: 'reader', created_at: 3 },
      ])
    } finally {
      await store.close()
    }
  })
})
