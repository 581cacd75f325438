import { setTimeout as pause } from 'node:timers/promises'
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import { Pool } from 'pg'
import type { CopiedRow, CopiedTable, CopyTarget, Filling } from '../../copy/copied-table.ts'
import { CopyError } from '../../copy/copy-error.ts'
import type { Database } from '../../database.ts'
import { COPY_MARK, dropCopyMark, hasCopyMark, setCopyMark } from '../../migrations/copy-mark.ts'
import { migrate } from '../../migrations/migrate.ts'
import { StoreOpenError } from '../../store.ts'
import { assertVersion, explain, MIGRATION_LOCK, addressOf, withVerifiedTls } from './open-postgres.ts'
import { isUnavailable, sqlState } from './postgres-errors.ts'
import { postgresSchema } from './postgres-schema.ts'

const CONNECT_MS = 10_000

/** How long a copy waits for another copy or for a service that is starting, in milliseconds. */
const CLAIM_MS = 10_000

/** Rows that are read back at a time. */
const FETCHED = 1_000

type Connection = Kysely<Database>
type Tx = Transaction<Database>

/**
 * Opens an empty PostgreSQL database to copy into it.
 *
 * @throws StoreOpenError with what to do
 */
export async function copyIntoPostgres(url: string): Promise<CopyTarget> {
  const place = addressOf(url)
  const pool = new Pool({
    connectionString: withVerifiedTls(url),
    application_name: 'prebook copy',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    max: 1,
    // One long transaction, whatever the server's own limits are.
    options: '-c statement_timeout=0 -c idle_in_transaction_session_timeout=0',
  })
  // The query that fails tells; without a listener the event would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', () => {})
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  try {
    await assertVersion(db, place)
  } catch (error) {
    await db.destroy()
    throw explain(error, place)
  }
  return {
    place,
    async fill(tables, work) {
      try {
        return await db.connection().execute((connection) => fill(connection, place, tables, work))
      } catch (error) {
        throw explainCopy(error, place)
      }
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}

async function fill<T>(
  connection: Connection,
  place: string,
  tables: readonly CopiedTable[],
  work: (filling: Filling) => Promise<T>,
): Promise<T> {
  // Held by the connection, until it ends: it keeps services from migrating what is about to be filled.
  await claim(connection, place)
  if (!(await hasCopyMark(connection))) {
    await assertEmpty(connection, place, tables)
    await setCopyMark(connection)
  }
  return connection.transaction().execute(async (tx) => {
    await migrate(tx, postgresSchema, place)
    // A service that serves an empty database while it is copied into waits, and finds it full.
    await sql`lock table ${sql.join(tables.map((table) => sql.table(table.name)))} in exclusive mode`.execute(
      tx,
    )
    await assertEmpty(tx, place, tables)
    const types = await readColumnTypes(tx, tables)
    const result = await work({
      insert: (table, rows) => insertRows(tx, table, types.get(table.name) ?? new Map(), rows),
      continueCounting: (table) => continueCounting(tx, table),
      batches: (table) => readBatches(tx, table),
    })
    await dropCopyMark(tx)
    return result
  })
}

async function claim(connection: Connection, place: string): Promise<void> {
  const deadline = performance.now() + CLAIM_MS
  for (;;) {
    const { rows } = await sql<{
      claimed: boolean
    }>`select pg_try_advisory_lock(${MIGRATION_LOCK}) as claimed`.execute(connection)
    if (rows[0]?.claimed === true) return
    if (performance.now() > deadline) {
      throw new CopyError(
        `${place} is held by another copy, or by a service that is starting: let it end, or end it, and start again.`,
      )
    }
    await pause(100)
  }
}

/** Nothing in it but what Prebook makes in a new database. */
async function assertEmpty(
  connection: Connection | Tx,
  place: string,
  tables: readonly CopiedTable[],
): Promise<void> {
  const { rows: relations } = await sql<{ schema: string; name: string; here: boolean }>`
    select namespace.nspname as schema, class.relname as name, namespace.nspname = current_schema() as here
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where class.relkind in ('r', 'p', 'v', 'm', 'f')
      and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
      and not exists (select from pg_depend where objid = class.oid and deptype = 'e')
    order by class.relname`.execute(connection)
  const ours = new Set([
    ...tables.map((table) => table.name),
    'kysely_migration',
    'kysely_migration_lock',
    COPY_MARK,
  ])
  const foreign = relations.filter(({ name, here }) => !here || !ours.has(name))
  if (foreign.length > 0) {
    throw new CopyError(
      `${place} is not empty: it has ${foreign.map((relation) => `${relation.schema}.${relation.name}`).join(', ')}. Let --to name a database of its own (createdb).`,
    )
  }
  for (const { name } of relations.filter((relation) =>
    tables.some((table) => table.name === relation.name),
  )) {
    const { rows } = await sql`select from ${sql.table(name)} limit 1`.execute(connection)
    if (rows.length === 0) continue
    throw new CopyError(
      `${place} is not empty: there are rows in ${name} already. Let --to name a database of its own (createdb).`,
    )
  }
}

/** The type of every column, by table and column. */
async function readColumnTypes(tx: Tx, tables: readonly CopiedTable[]) {
  const types = new Map<string, Map<string, string>>()
  for (const { name, columns } of tables) {
    const { rows } = await sql<{ name: string; type: string }>`
      select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = to_regclass(quote_ident(${name})) and attnum > 0 and not attisdropped`.execute(tx)
    const found = new Map(rows.map((row) => [row.name, row.type]))
    const odd = rows.find((row) => !['bigint', 'integer', 'text'].includes(row.type))
    if (odd !== undefined) throw new Error(`${name}.${odd.name} is ${odd.type}, which no copy carries yet.`)
    if (found.size !== columns.length || !columns.every((column) => found.has(column))) {
      throw new Error(`${name} has other columns in the copy (${[...found.keys()].join(', ')}).`)
    }
    types.set(name, found)
  }
  return types
}

async function insertRows(
  tx: Tx,
  table: CopiedTable,
  types: ReadonlyMap<string, string>,
  rows: CopiedRow[],
): Promise<void> {
  const columns = table.columns.map((column) => sql.ref(column))
  const values = table.columns.map(
    (column, index) => sql`${rows.map((row) => row[index])}::${sql.raw(types.get(column) ?? 'text')}[]`,
  )
  try {
    await sql`insert into ${sql.table(table.name)} (${sql.join(columns)}) overriding system value
      select * from unnest(${sql.join(values)})`.execute(tx)
  } catch (error) {
    if (sqlState(error) === null || isUnavailable(error)) throw error
    const keyOf = (row: CopiedRow | undefined) =>
      table.key.map((column) => `${column} ${row?.[table.columns.indexOf(column)]}`).join(', ')
    throw new CopyError(
      `PostgreSQL refuses a row of ${table.name} between ${keyOf(rows[0])} and ${keyOf(rows.at(-1))}: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    )
  }
}

async function continueCounting(tx: Tx, table: CopiedTable): Promise<void> {
  for (const column of table.columns) {
    await sql`
      select setval(sequence, (select coalesce(max(${sql.ref(column)}::text::bigint), 0) + 1 from ${sql.table(table.name)}), false)
      from (select pg_get_serial_sequence(quote_ident(${table.name}), ${column}) as sequence) as counted
      where sequence is not null`.execute(tx)
  }
  // What the planner knows of the table: the first requests would run without it.
  await sql`analyze ${sql.table(table.name)}`.execute(tx)
}

async function* readBatches(tx: Tx, table: CopiedTable): AsyncGenerator<CopiedRow[]> {
  const columns = table.columns.map((column) => sql`${sql.ref(column)}::text as ${sql.ref(column)}`)
  await sql`declare copied no scroll cursor for select ${sql.join(columns)} from ${sql.table(table.name)}`.execute(
    tx,
  )
  for (;;) {
    const { rows } = await sql<
      Record<string, string | null>
    >`fetch ${sql.raw(String(FETCHED))} from copied`.execute(tx)
    if (rows.length === 0) break
    yield rows.map((row) => table.columns.map((column) => row[column] ?? null))
  }
  await sql`close copied`.execute(tx)
}

function explainCopy(error: unknown, place: string): unknown {
  if (error instanceof CopyError || error instanceof StoreOpenError) return error
  if (isUnavailable(error)) {
    return new CopyError(
      `${place} went away, or ended the connection: nothing was copied. Start the same copy again when it is back.`,
      { cause: error },
    )
  }
  if (sqlState(error) === '53100') {
    return new CopyError(`${place} has no room left: nothing was copied.`, { cause: error })
  }
  return explain(error, place)
}
