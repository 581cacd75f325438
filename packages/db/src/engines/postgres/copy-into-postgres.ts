import { setTimeout as pause } from 'node:timers/promises'
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import type { CopiedRow, CopiedTable, CopyTarget, CopyTransaction } from '../../copy/copied-table.ts'
import { CopyError } from '../../copy/copy-error.ts'
import { DERIVED_TABLES } from '../../copy/derived-tables.ts'
import type { Database } from '../../database.ts'
import { COPY_MARK, dropCopyMark, hasCopyMark, setCopyMark } from '../../migrations/copy-mark.ts'
import { migrate } from '../../migrations/migrate.ts'
import { StoreOpenError } from '../../store.ts'
import { ConnectionPool } from './connection-pool.ts'
import { assertUsable, assertVersion, explain, MIGRATION_LOCK } from './open-postgres.ts'
import { isUnavailable, sqlState } from './postgres-errors.ts'
import { postgresSchema } from './postgres-schema.ts'
import { parseServerAddress } from './server-address.ts'

const CONNECT_MS = 10_000

/** How long a copy waits for the lock of another copy or of a starting service, in milliseconds. */
const LOCK_WAIT_MS = 10_000

/** The number of rows in one batch that is read back. */
const FETCH_ROWS = 1_000

type Connection = Kysely<Database>
type Tx = Transaction<Database>

/**
 * Opens an empty PostgreSQL database as the target of a copy.
 *
 * @throws StoreOpenError when it cannot be opened
 */
export async function copyIntoPostgres(url: string): Promise<CopyTarget> {
  const { servers, label } = parseServerAddress(url)
  const config = {
    servers,
    application_name: 'prebook copy',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  }
  await assertUsable(config, label)
  const pool = new ConnectionPool({
    ...config,
    max: 1,
    // A copy is one long transaction, so the server's own limits must not apply.
    limits: { lockTimeoutMs: 0, statementTimeoutMs: 0 },
    // The failing query reports it.
    onReadOnly: () => {},
  })
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  try {
    await assertVersion(db, label)
  } catch (error) {
    await db.destroy()
    throw explain(error, label)
  }
  return {
    label,
    async fill(tables, work) {
      try {
        return await db.connection().execute((connection) => fill(connection, label, tables, work))
      } catch (error) {
        throw explainCopy(error, label)
      }
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}

async function fill<T>(
  connection: Connection,
  label: string,
  tables: readonly CopiedTable[],
  work: (transaction: CopyTransaction) => Promise<T>,
): Promise<T> {
  // The lock belongs to the connection. It prevents services from migrating the database during the copy.
  await acquireLock(connection, label)
  if (!(await hasCopyMark(connection))) {
    await assertEmpty(connection, label, tables)
    await setCopyMark(connection)
  }
  return connection.transaction().execute(async (tx) => {
    await migrate(tx, postgresSchema, label)
    // A service that already uses the empty database waits here, and then sees the copied rows.
    await sql`lock table ${sql.join(tables.map((table) => sql.table(table.name)))} in exclusive mode`.execute(
      tx,
    )
    await assertEmpty(tx, label, tables)
    const types = await readColumnTypes(tx, tables)
    const result = await work({
      insert: (table, rows) => insertRows(tx, table, types.get(table.name) ?? new Map(), rows),
      advanceSequences: (table) => advanceSequences(tx, table),
      batches: (table) => readBatches(tx, table),
    })
    await dropCopyMark(tx)
    return result
  })
}

async function acquireLock(connection: Connection, label: string): Promise<void> {
  const deadline = performance.now() + LOCK_WAIT_MS
  for (;;) {
    const { rows } = await sql<{
      locked: boolean
    }>`select pg_try_advisory_lock(${MIGRATION_LOCK}) as locked`.execute(connection)
    if (rows[0]?.locked === true) return
    if (performance.now() > deadline) {
      throw new CopyError(
        `${label} is locked by another copy, or by a service that is starting: wait for it to finish, or stop it, then run the copy again.`,
      )
    }
    await pause(100)
  }
}

/** Throws unless the database contains only what Prebook creates in a new database. */
async function assertEmpty(
  connection: Connection | Tx,
  label: string,
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
    ...DERIVED_TABLES,
    'kysely_migration',
    'kysely_migration_lock',
    COPY_MARK,
  ])
  const foreign = relations.filter(({ name, here }) => !here || !ours.has(name))
  if (foreign.length > 0) {
    throw new CopyError(
      `${label} is not empty: it contains ${foreign.map((relation) => `${relation.schema}.${relation.name}`).join(', ')}. Create an empty database (createdb), and pass it as --to.`,
    )
  }
  for (const { name } of relations.filter((relation) =>
    tables.some((table) => table.name === relation.name),
  )) {
    const { rows } = await sql`select from ${sql.table(name)} limit 1`.execute(connection)
    if (rows.length === 0) continue
    throw new CopyError(
      `${label} is not empty: ${name} already has rows. Create an empty database (createdb), and pass it as --to.`,
    )
  }
}

/** The type of every column, by table and column name. */
async function readColumnTypes(tx: Tx, tables: readonly CopiedTable[]) {
  const types = new Map<string, Map<string, string>>()
  for (const { name, columns } of tables) {
    const { rows } = await sql<{ name: string; type: string }>`
      select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = to_regclass(quote_ident(${name})) and attnum > 0 and not attisdropped`.execute(tx)
    const found = new Map(rows.map((row) => [row.name, row.type]))
    const unsupported = rows.find((row) => !['bigint', 'integer', 'text'].includes(row.type))
    if (unsupported !== undefined) {
      throw new Error(`${name}.${unsupported.name} has the unsupported type ${unsupported.type}.`)
    }
    if (found.size !== columns.length || !columns.every((column) => found.has(column))) {
      throw new Error(`${name} has different columns in the target (${[...found.keys()].join(', ')}).`)
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
      `PostgreSQL rejected a row of ${table.name} between ${keyOf(rows[0])} and ${keyOf(rows.at(-1))}: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    )
  }
}

async function advanceSequences(tx: Tx, table: CopiedTable): Promise<void> {
  for (const column of table.columns) {
    await sql`
      select setval(sequence, (select coalesce(max(${sql.ref(column)}::text::bigint), 0) + 1 from ${sql.table(table.name)}), false)
      from (select pg_get_serial_sequence(quote_ident(${table.name}), ${column}) as sequence) as counted
      where sequence is not null`.execute(tx)
  }
  // Without statistics, the first requests would get bad plans.
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
    >`fetch ${sql.raw(String(FETCH_ROWS))} from copied`.execute(tx)
    if (rows.length === 0) break
    yield rows.map((row) => table.columns.map((column) => row[column] ?? null))
  }
  await sql`close copied`.execute(tx)
}

function explainCopy(error: unknown, label: string): unknown {
  if (error instanceof CopyError || error instanceof StoreOpenError) return error
  if (isUnavailable(error)) {
    return new CopyError(
      `${label} closed the connection or became unreachable: nothing was copied. Run the same copy again when it is back.`,
      { cause: error },
    )
  }
  if (sqlState(error) === '53100') {
    return new CopyError(`${label} is on a full disk: nothing was copied.`, { cause: error })
  }
  return explain(error, label)
}
