import { copyFile, rm, writeFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { sqliteSchema } from '../engines/sqlite/sqlite-schema.ts'
import { migrationsOf } from '../migrations/migrate.ts'
import { StoreOpenError } from '../store.ts'
import { addUser } from '../testing/rows.ts'
import { copyDatabase } from './copy-database.ts'
import { CopyError } from './copy-error.ts'
import {
  readAllRows,
  withStore,
  postgres,
  createDatabases,
  refusalOf,
  type CopyUrls,
} from '../testing/copy-databases.ts'
import { addCrowd } from '../testing/copied-story.ts'

const refusals: {
  what: string
  says: RegExp
  arrange: (it: CopyUrls) => Promise<Partial<CopyUrls> | void>
}[] = [
  {
    what: 'a source that does not exist',
    says: /There is no database .*missing\.db/,
    arrange: async ({ from }) => ({ from: `${from}.missing.db` }),
  },
  {
    what: 'a source without a name',
    says: /There is no database/,
    arrange: async () => ({ from: 'file:' }),
  },
  {
    what: 'a source that is not a database',
    says: /not a SQLite database/,
    arrange: async ({ from }) => {
      await writeFile(`${from.slice(5)}.txt`, 'Dear diary, '.repeat(500))
      return { from: `${from}.txt` }
    },
  },
  {
    what: 'a source of another application',
    says: /not a Prebook database/,
    arrange: async ({ from }) => {
      await withStore(from, (store) => store.write((tx) => sql`pragma application_id = 5`.execute(tx)))
    },
  },
  {
    what: 'a source of a newer version',
    says: /newer version of Prebook \(9999-later\): copy it with that version/,
    arrange: async ({ from }) => {
      await withStore(from, (store) =>
        store.write((tx) => sql`insert into kysely_migration values ('9999-later', '2099')`.execute(tx)),
      )
    },
  },
  {
    what: 'a source of an older version',
    says: /older version of Prebook \(.* is missing\): start this version on it once, stop it, then run/,
    arrange: async ({ from }) => {
      const last = Object.keys(migrationsOf(sqliteSchema)).at(-1) ?? ''
      await withStore(from, (store) =>
        store.write((tx) => sql`delete from kysely_migration where name = ${last}`.execute(tx)),
      )
    },
  },
  {
    what: 'a target with Prebook rows',
    says: /not empty: users already has rows/,
    arrange: async ({ to }) => {
      await withStore(to, (store) => store.write((tx) => addUser(tx)))
    },
  },
  {
    what: 'a target with tables of another application',
    says: /not empty: it contains public\.recipes/,
    arrange: async ({ to }) => {
      await withStore(to, (store) => store.write((tx) => sql`create table recipes (id int)`.execute(tx)))
    },
  },
  {
    what: 'a target with Prebook tables in another schema',
    says: /not empty: it contains shop\.books/,
    arrange: async ({ to }) => {
      await withStore(to, (store) =>
        store.write(async (tx) => {
          await sql`create schema shop`.execute(tx)
          await sql`create table shop.books (id int)`.execute(tx)
        }),
      )
    },
  },
  {
    what: 'a target that does not exist',
    says: /does not exist: create it/,
    arrange: async ({ to }) => ({ to: to.replace(/[^/]*$/, 'nowhere') }),
  },
  {
    what: 'a target that cannot be reached',
    says: /cannot be reached/,
    arrange: async () => ({ to: 'postgres://prebook@127.0.0.1:1/prebook' }),
  },
  {
    what: 'a copy from PostgreSQL to SQLite',
    says: /from SQLite to PostgreSQL/,
    arrange: async ({ from, to }) => ({ from: to, to: from }),
  },
  {
    what: 'two databases of the same engine',
    says: /use backup and restore/,
    arrange: async ({ from }) => ({ to: from }),
  },
]

describe.skipIf(!postgres.available)('a copy is refused and changes nothing with', () => {
  test.each(refusals)('$what', async ({ says, arrange }) => {
    await using databases = await createDatabases()
    const { from, to } = { ...databases, ...(await arrange(databases)) }
    const refusal = await refusalOf(copyDatabase(from, to))
    expect(refusal).toSatisfy((it) => it instanceof CopyError || it instanceof StoreOpenError)
    expect(String(refusal)).toMatch(says)
    expect(String(refusal)).not.toContain('\n')
    // The target is not marked, so a service still starts on it.
    await withStore(databases.to, async () => {})
  })

  test('a source that a service has open', async () => {
    await using databases = await createDatabases()
    await withStore(databases.from, async (service) => {
      await expect(copyDatabase(databases.from, databases.to)).rejects.toThrow(
        /is in use: stop every Prebook/,
      )
      expect(await service.write((tx) => addUser(tx))).toBe(5)
    })
    await copyDatabase(databases.from, databases.to)
    expect(await readAllRows(databases.to)).toEqual(await readAllRows(databases.from))
  })

  test('a target that another copy is filling', async () => {
    await using databases = await createDatabases((store) => store.write((tx) => addCrowd(tx, 3_000)))
    const twin = `${databases.from}.twin.db`
    await copyFile(databases.from.slice(5), twin.slice(5))
    const copies = [databases.from, twin].map((from) => copyDatabase(from, databases.to))
    const ends = await Promise.allSettled(copies)
    expect(ends.map((it) => it.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refused = ends.find((it) => it.status === 'rejected')
    expect(String(refused?.reason)).toMatch(/not empty|locked by another copy/)
    expect(await readAllRows(databases.to)).toEqual(await readAllRows(databases.from))
    await rm(twin.slice(5))
  })
})
