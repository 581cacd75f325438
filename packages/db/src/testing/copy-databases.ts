import { sql } from 'kysely'
import { ORDINARY_TABLES } from '../engines/sqlite/ordinary-tables.ts'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'
import { engines, type TestEngine } from './index.ts'
import { insertSampleRows } from './copied-story.ts'

function engineNamed(name: string): TestEngine {
  const engine = engines.find((it) => it.name === name)
  if (engine === undefined) throw new Error(`There is no engine ${name}.`)
  return engine
}

const sqlite = engineNamed('sqlite')

/** The target engine of copies. Tests that need it are skipped when it is not available. */
export const postgres = engineNamed('postgres')

type Row = Record<string, unknown>

/** Opens a database, runs `work`, and closes it. */
export async function withStore<T>(url: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(url)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** The addresses of a copy's source and target. */
export type CopyUrls = { from: string; to: string }

/** Creates a filled, closed SQLite database and an empty PostgreSQL database. */
export async function createDatabases(
  fill: (store: Store) => Promise<unknown> = (store) => store.write(insertSampleRows),
): Promise<CopyUrls & AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const from = stack.use(await sqlite.createEmpty()).url
  const to = stack.use(await postgres.createEmpty()).url
  await withStore(from, fill)
  const kept = stack.move()
  return { from, to, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

async function rowsOf(store: Store, table: string): Promise<Row[]> {
  const { rows } = await store.read((reader) => sql<Row>`select * from ${sql.table(table)}`.execute(reader))
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** Every table of a database except Kysely's own. */
async function tablesOf(store: Store): Promise<string[]> {
  const query =
    store.engine === 'sqlite'
      ? sql<{ name: string }>`${sql.raw(ORDINARY_TABLES)}`
      : sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`
  const { rows } = await store.read((reader) => query.execute(reader))
  return rows
    .map((row) => row.name)
    .filter((name) => !/^(?:kysely|sqlite)_/.test(name))
    .toSorted()
}

/** Every row of every table, by table name. */
export async function readAllRows(url: string): Promise<Record<string, Row[]>> {
  return withStore(url, async (store) => {
    const tables = await tablesOf(store)
    return Object.fromEntries(
      await Promise.all(tables.map(async (table) => [table, await rowsOf(store, table)] as const)),
    )
  })
}

/** The error that a promise rejects with. */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no refusal',
    (error: unknown) => error,
  )
}
