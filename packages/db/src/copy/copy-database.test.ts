import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { migrationsOf } from '../migrations/migrate.ts'
import { sqliteSchema } from '../engines/sqlite/sqlite-schema.ts'
import { openStore } from '../open-store.ts'
import { StoreOpenError, type Store } from '../store.ts'
import { engines, type TestEngine } from '../testing.ts'
import { addBook, addDelivery, addMovement, addPrebook, addUser, addWaitlist } from '../testing-rows.ts'
import { addCrowd, HIGHEST, tellCopiedStory } from './testing-story.ts'
import { copyDatabase, type CopyProgress } from './copy-database.ts'
import { CopyError } from './copy-error.ts'

function engineNamed(name: string): TestEngine {
  const engine = engines.find((it) => it.name === name)
  if (engine === undefined) throw new Error(`There is no engine ${name}.`)
  return engine
}
const sqlite = engineNamed('sqlite')
const postgres = engineNamed('postgres')

type Row = Record<string, unknown>

async function inStore<T>(url: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(url)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** A SQLite database that nobody has open, and an empty PostgreSQL one. */
async function prepare(fill: (store: Store) => Promise<unknown> = (store) => store.write(tellCopiedStory)) {
  await using stack = new AsyncDisposableStack()
  const from = stack.use(await sqlite.createEmpty()).url
  const to = stack.use(await postgres.createEmpty()).url
  await inStore(from, fill)
  const kept = stack.move()
  return { from, to, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

async function rowsOf(store: Store, table: string): Promise<Row[]> {
  const { rows } = await store.read((reader) => sql<Row>`select * from ${sql.table(table)}`.execute(reader))
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** Every table that a database has, but for what Kysely keeps for itself. */
async function tablesOf(store: Store): Promise<string[]> {
  const query =
    store.engine === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_schema where type = 'table'`
      : sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`
  const { rows } = await store.read((reader) => query.execute(reader))
  return rows
    .map((row) => row.name)
    .filter((name) => !name.startsWith('kysely_'))
    .toSorted()
}

async function everything(url: string): Promise<Record<string, Row[]>> {
  return inStore(url, async (store) => {
    const tables = await tablesOf(store)
    return Object.fromEntries(
      await Promise.all(tables.map(async (table) => [table, await rowsOf(store, table)] as const)),
    )
  })
}

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no refusal',
    (error: unknown) => error,
  )

describe.skipIf(!postgres.available)('a copy from SQLite to PostgreSQL', () => {
  test('carries every row of every table as it is', async () => {
    await using databases = await prepare()
    const bytes = await readFile(databases.from.slice('file:'.length))
    const result = await copyDatabase(databases.from, databases.to)
    expect((await readFile(databases.from.slice('file:'.length))).equals(bytes)).toBe(true)

    const [there, here] = [await everything(databases.from), await everything(databases.to)]
    expect(here).toEqual(there)
    const counts = Object.entries(here).map(([table, rows]) => [table, rows.length])
    const counted = Object.fromEntries(result.tables.map(({ table, rows }) => [table, rows]))
    expect(counted).toEqual(Object.fromEntries(counts))
    // What the story leaves out is not known to be copied: a new table or column wants a row there.
    for (const [table, rows] of Object.entries(here)) {
      expect(rows, table).not.toEqual([])
      for (const column of Object.keys(rows[0] ?? {})) {
        expect(
          rows.some((row) => row[column] !== null),
          `${table}.${column} is filled somewhere`,
        ).toBe(true)
      }
    }
  })

  test('lets ids go on after the highest one, in tables without rows too', async () => {
    await using databases = await prepare()
    await copyDatabase(databases.from, databases.to)
    await inStore(databases.to, async (store) => {
      const added = store.write(async (tx) => {
        const book_id = await addBook(tx)
        const waitlist_id = await addWaitlist(tx, { book_id })
        const prebook_id = await addPrebook(tx, { waitlist_id })
        return [
          book_id,
          waitlist_id,
          prebook_id,
          await addMovement(tx, { book_id }),
          await addDelivery(tx, { prebook_id }),
        ]
      })
      expect(await added).toEqual([3, 3, HIGHEST, HIGHEST, 3])
    })
    await using empty = await prepare(async () => {})
    await copyDatabase(empty.from, empty.to)
    await inStore(empty.to, async (store) => {
      expect(await store.write((tx) => addUser(tx))).toBe(1)
      expect(await store.write((tx) => addBook(tx))).toBe(1)
    })
  })

  test('carries many batches, and tells how far it is', async () => {
    await using databases = await prepare((store) => store.write((tx) => addCrowd(tx, 9_001)))
    const heard: CopyProgress[] = []
    const result = await copyDatabase(databases.from, databases.to, (progress) => heard.push(progress))
    expect(result.tables).toContainEqual(expect.objectContaining({ table: 'prebooks', rows: 9_001 }))
    for (const step of ['copying', 'checking'] as const) {
      const done = heard.filter((it) => it.step === step && it.table === 'prebooks').map((it) => it.done)
      expect(done.length).toBeGreaterThan(3)
      expect(done).toEqual(done.toSorted((a, b) => a - b))
      expect(done.at(-1)).toBe(9_001)
    }
    expect(await everything(databases.to)).toEqual(await everything(databases.from))
  })

  test('keeps a service that starts on the source waiting until it ends', async () => {
    await using databases = await prepare((store) => store.write((tx) => addCrowd(tx, 5_000)))
    let opening: Promise<Store> | undefined
    let opened = false
    await copyDatabase(databases.from, databases.to, () => {
      opening ??= openStore(databases.from).finally(() => (opened = true))
      expect(opened).toBe(false)
    })
    const store = await opening
    await store?.close()
    expect(opened).toBe(true)
  })

  const columns = [
    'users.email',
    'users.mail_opt_out',
    'books.description',
    'books.isbn',
    'books.updated_at',
    'stock_movements.note',
    'stock_requests.answer',
    'waitlists.notified_count',
    'waitlists.dispatched_at',
    'prebooks.created_at',
    'deliveries.sent_at',
    'deliveries.last_error',
    'sessions.expires_at',
    'throttle_counts.tries',
  ].map((name) => name.split('.') as [string, string])
  test.each(columns)(
    'is refused by its check when a value of %s.%s is not what it was',
    async (table, column) => {
      await using databases = await prepare()
      const other = /_at$|count|tries|opt_out/.test(column) ? `coalesce(new.${column}, 4) * 0` : 'null'
      const value = ['email', 'answer'].includes(column) ? `'x' || new.${column}` : other
      await withTrigger(
        databases.to,
        table,
        `if new.${column} is not null then new.${column} = ${value}; end if; return new;`,
      )
      const refusal = await refusalOf(copyDatabase(databases.from, databases.to))
      expect(refusal).toBeInstanceOf(CopyError)
      expect(String(refusal)).toContain(`The copy of ${table} is not like its source`)
      expect(await refusalOf(openStore(databases.to))).toBeInstanceOf(StoreOpenError)
    },
  )

  test('is refused by its check when a row is missing, and when two have changed places', async () => {
    await using databases = await prepare()
    await withTrigger(databases.to, 'throttle_counts', 'return null;')
    await expect(copyDatabase(databases.from, databases.to)).rejects.toThrow(
      /throttle_counts is not like its source: 1 rows .* 0 rows/,
    )
    await using others = await prepare()
    await withTrigger(others.to, 'books', `if new.id < 3 then new.id = 3 - new.id; end if; return new;`)
    await expect(copyDatabase(others.from, others.to)).rejects.toThrow(/books is not like its source/)
  })

  test('names the row that PostgreSQL cannot store, and carries the others once it is mended', async () => {
    await using databases = await prepare()
    await inStore(databases.from, (store) =>
      store.write((tx) => addMovement(tx, { id: 77, book_id: 1, actor_id: 1, note: 'a\0b' })),
    )
    await expect(copyDatabase(databases.from, databases.to)).rejects.toThrow(
      /row of stock_movements with id 77 has a NUL character \(U\+0000\) in note/,
    )
    await inStore(databases.from, (store) =>
      store.write((tx) =>
        tx.updateTable('stock_movements').set({ note: 'ab' }).where('id', '=', 77).execute(),
      ),
    )
    await copyDatabase(databases.from, databases.to)
    expect(await everything(databases.to)).toEqual(await everything(databases.from))
  })
})

/** Makes the target's tables, and lets a trigger tamper with what is inserted into one of them. */
async function withTrigger(url: string, table: string, body: string): Promise<void> {
  await inStore(url, (store) =>
    store.write(async (tx) => {
      await sql`create function tamper() returns trigger language plpgsql as ${sql.lit(`begin ${body} end`)}`.execute(
        tx,
      )
      await sql`create trigger tamper before insert on ${sql.table(table)} for each row execute function tamper()`.execute(
        tx,
      )
    }),
  )
}

type Databases = { from: string; to: string }

const refusals: {
  what: string
  says: RegExp
  arrange: (it: Databases) => Promise<Partial<Databases> | void>
}[] = [
  {
    what: 'a source that is not there',
    says: /There is no database .*missing\.db/,
    arrange: async ({ from }) => ({ from: `${from}.missing.db` }),
  },
  {
    what: 'a source without a name',
    says: /There is no database/,
    arrange: async () => ({ from: 'file:' }),
  },
  {
    what: 'a source that is no database',
    says: /not a SQLite database/,
    arrange: async ({ from }) => {
      await writeFile(`${from.slice(5)}.txt`, 'Dear diary, '.repeat(500))
      return { from: `${from}.txt` }
    },
  },
  {
    what: 'a source of another application',
    says: /not a database of Prebook/,
    arrange: async ({ from }) => {
      await inStore(from, (store) => store.write((tx) => sql`pragma application_id = 5`.execute(tx)))
    },
  },
  {
    what: 'a source of a newer version',
    says: /newer version of Prebook \(9999-later\): copy it with that version/,
    arrange: async ({ from }) => {
      await inStore(from, (store) =>
        store.write((tx) => sql`insert into kysely_migration values ('9999-later', '2099')`.execute(tx)),
      )
    },
  },
  {
    what: 'a source of an older version',
    says: /older version of Prebook \(.* is missing\): start this version on it once, stop it, and start/,
    arrange: async ({ from }) => {
      const last = Object.keys(migrationsOf(sqliteSchema)).at(-1) ?? ''
      await inStore(from, (store) =>
        store.write((tx) => sql`delete from kysely_migration where name = ${last}`.execute(tx)),
      )
    },
  },
  {
    what: 'a target with rows of Prebook',
    says: /not empty: there are rows in users already/,
    arrange: async ({ to }) => {
      await inStore(to, (store) => store.write((tx) => addUser(tx)))
    },
  },
  {
    what: 'a target with tables of something else',
    says: /not empty: it has public\.recipes/,
    arrange: async ({ to }) => {
      await inStore(to, (store) => store.write((tx) => sql`create table recipes (id int)`.execute(tx)))
    },
  },
  {
    what: 'a target with our tables in another schema',
    says: /not empty: it has shop\.books/,
    arrange: async ({ to }) => {
      await inStore(to, (store) =>
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
    what: 'the way back',
    says: /from SQLite to PostgreSQL/,
    arrange: async ({ from, to }) => ({ from: to, to: from }),
  },
  {
    what: 'two of one engine',
    says: /use backup and restore/,
    arrange: async ({ from }) => ({ to: from }),
  },
]

describe.skipIf(!postgres.available)('a copy is refused, and changes nothing, with', () => {
  test.each(refusals)('$what', async ({ says, arrange }) => {
    await using databases = await prepare()
    const { from, to } = { ...databases, ...(await arrange(databases)) }
    const refusal = await refusalOf(copyDatabase(from, to))
    expect(refusal).toSatisfy((it) => it instanceof CopyError || it instanceof StoreOpenError)
    expect(String(refusal)).toMatch(says)
    expect(String(refusal)).not.toContain('\n')
    // The target is not marked: a service starts on it.
    await inStore(databases.to, async () => {})
  })

  test('a source that a service has open', async () => {
    await using databases = await prepare()
    await inStore(databases.from, async (service) => {
      await expect(copyDatabase(databases.from, databases.to)).rejects.toThrow(
        /is in use: stop every Prebook/,
      )
      expect(await service.write((tx) => addUser(tx))).toBe(3)
    })
    await copyDatabase(databases.from, databases.to)
    expect(await everything(databases.to)).toEqual(await everything(databases.from))
  })

  test('a target that another copy is filling', async () => {
    await using databases = await prepare((store) => store.write((tx) => addCrowd(tx, 3_000)))
    const twin = `${databases.from}.twin.db`
    await copyFile(databases.from.slice(5), twin.slice(5))
    const copies = [databases.from, twin].map((from) => copyDatabase(from, databases.to))
    const ends = await Promise.allSettled(copies)
    expect(ends.map((it) => it.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refused = ends.find((it) => it.status === 'rejected')
    expect(String(refused?.reason)).toMatch(/not empty|held by another copy/)
    expect(await everything(databases.to)).toEqual(await everything(databases.from))
    await rm(twin.slice(5))
  })
})

/** A copy as a process of its own, that says when it has come as far as a table and a step. */
function startCopy({ from, to }: Databases) {
  const program = `
    import { copyDatabase } from ${JSON.stringify(new URL('./copy-database.ts', import.meta.url).href)}
    await copyDatabase(process.env.FROM, process.env.TO, ({ step, table, done }) => console.log(step, table, done))
    console.log('complete')
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, FROM: from, TO: to },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  return {
    /** Kills it at its nth line, with no chance to tidy up. */
    async killAt(line: number): Promise<string> {
      let seen = 0
      let last = ''
      for await (const text of createInterface(child.stdout)) {
        last = text
        seen += 1
        if (seen === line) child.kill('SIGKILL')
      }
      await closed
      return last
    },
  }
}

describe.skipIf(!postgres.available)('a copy that is interrupted', () => {
  test('leaves a database that no service starts on, and is finished by the same command', async () => {
    await using databases = await prepare(async (store) => {
      await store.write(tellCopiedStory)
      await store.write((tx) => addCrowd(tx, 6_000))
    })
    for (const line of [1, 3, 6, 12, 20, 26]) {
      expect(await startCopy(databases).killAt(line)).not.toBe('complete')
      const refusal = await refusalOf(openStore(databases.to))
      expect(refusal).toBeInstanceOf(StoreOpenError)
      expect(String(refusal)).toMatch(/run the same pnpm database:copy again/)
    }
    expect(await startCopy(databases).killAt(Infinity)).toBe('complete')
    expect(await everything(databases.to)).toEqual(await everything(databases.from))
    await inStore(databases.to, async (store) => {
      expect(await store.write((tx) => addUser(tx))).toBe(6_003)
    })
  })

  test('by a connection that is lost says so, and can be started again', async () => {
    await using databases = await prepare((store) => store.write((tx) => addCrowd(tx, 6_000)))
    for (const step of ['copying', 'checking'] as const) {
      let cut: Promise<unknown> | undefined
      const copy = copyDatabase(databases.from, databases.to, (progress) => {
        if (progress.step === step && progress.done > 0) cut ??= postgres.cutConnections?.(databases.to)
      })
      await expect(copy).rejects.toThrow(/went away.*: nothing was copied. Start the same copy again/)
      await cut
      expect(await refusalOf(openStore(databases.to))).toBeInstanceOf(StoreOpenError)
    }
    await copyDatabase(databases.from, databases.to)
    expect(await everything(databases.to)).toEqual(await everything(databases.from))
  })
})
