import { sql } from 'kysely'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'
import { engines, type TestEngine } from './index.ts'
import { tellCopiedStory } from './copied-story.ts'

function engineNamed(name: string): TestEngine {
  const engine = engines.find((it) => it.name === name)
  if (engine === undefined) throw new Error(`There is no engine ${name}.`)
  return engine
}

const sqlite = engineNamed('sqlite')

/** Where copies go: in a run without it their tests are skipped. */
export const postgres = engineNamed('postgres')

type Row = Record<string, unknown>

/** Opens a database for a piece of work, and closes it again. */
export async function inStore<T>(url: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(url)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** The addresses of a copy's source and target. */
export type Databases = { from: string; to: string }

/** A SQLite database that nobody has open, and an empty PostgreSQL one. */
export async function prepare(
  fill: (store: Store) => Promise<unknown> = (store) => store.write(tellCopiedStory),
): Promise<Databases & AsyncDisposable> {
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

/** Every row of every table, by the table's name. */
export async function everything(url: string): Promise<Record<string, Row[]>> {
  return inStore(url, async (store) => {
    const tables = await tablesOf(store)
    return Object.fromEntries(
      await Promise.all(tables.map(async (table) => [table, await rowsOf(store, table)] as const)),
    )
  })
}

/** What a piece of work was refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no refusal',
    (error: unknown) => error,
  )
}
