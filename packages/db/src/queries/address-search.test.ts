import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { addUser } from '../testing/rows.ts'
import { eraseIdentity } from './erasures.ts'
import { listUsers, updateUser } from './users.ts'

type Filter = Parameters<typeof listUsers>[1]

/** More than are read without the index, and so many of each kind that it cannot name all of them. */
const ACCOUNTS = 12_000

/** What is searched: texts of most addresses, of few, of one, of none, of signs, and ones that are too short. */
const texts = [
  'example.org', 'example', 'rare', 'rare777@', '7@ex', 'jos\u00e9', '\u00e9.', '\u00e9\u00e9\u00e9', 'e.d',
  'moved', 'erased', 'gone777', 'nothing', 'a_b', '%%%', '"""', '---', "'", 'x"y', '@', '11', '1', 'zzz', 'PRE',
] // prettier-ignore

describe.each(engines)('a search in addresses on $name', (engine) => {
  test('finds the same as comparing every address, for each text, filter and page', async () => {
    await using database = await engine.create()
    const { store } = database
    await store.write(async (tx) => {
      for (const email of [
        'jos\u00e9.d\u00edaz@example.org',
        '\u00e9\u00e9\u00e9.d@example.org',
        'a_b%%%@x.org',
      ])
        await addUser(tx, { email })
      await addUser(tx, { email: `x"y"""---'@example.org` })
      await sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${ACCOUNTS})
        insert into users (email, password_hash, role, is_active, created_at)
        select case when n % 1000 = 777 then 'rare' else 'reader' end || n || '@example.' || case n % 3 when 0 then 'net' else 'org' end,
          'x', case when n % 400 = 1 then 'staff' else 'reader' end, case when n % 7 = 0 then 0 else 1 end, n
        from numbers`.execute(tx)
      for (const [at, email] of [
        [50, 'moved@example.com'],
        [60, 'erased@example.com'],
        [7_000, 'gone777@x.com'],
      ] as const)
        await updateUser(tx, at, { email })
      for (const id of [60, 7_000]) await eraseIdentity(tx, id)
      await updateUser(tx, 70, { email: 'erased@example.com' })
    })
    const all = await store.read((reader) =>
      reader.selectFrom('users').selectAll().orderBy('id', 'desc').execute(),
    )
    const matches = (filter: Filter) =>
      all
        .filter(({ email }) => email?.includes(filter.text ?? '') === true)
        .filter(({ role }) => filter.role === undefined || role === filter.role)
        .filter((row) => filter.isActive === undefined || row.is_active === Number(filter.isActive))
        .filter(({ id }) => filter.beforeId === null || id < filter.beforeId)
        .map(({ id }) => id)
    let found = 0
    for (const text of texts) {
      for (const part of [
        {},
        { role: 'staff' as const },
        { isActive: false },
        { beforeId: 5_000 },
        { beforeId: 2 },
      ]) {
        const filter = { text, role: undefined, isActive: undefined, beforeId: null, limit: 20, ...part }
        const rows = await store.read((reader) => listUsers(reader, filter))
        const expected = matches(filter)
        expect(
          rows.map(({ id }) => id),
          JSON.stringify(filter),
        ).toEqual(expected.slice(0, filter.limit))
        found += rows.length
      }
    }
    expect(found).toBeGreaterThan(400)
    // To the end, through everything that the index names and beyond.
    const endless = {
      text: '@example.org',
      role: undefined,
      isActive: undefined,
      beforeId: null,
      limit: ACCOUNTS,
    }
    const rows = await store.read((reader) => listUsers(reader, endless))
    expect(rows.map(({ id }) => id)).toEqual(matches(endless))
  })
})
