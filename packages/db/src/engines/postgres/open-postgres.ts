import { Kysely, PostgresDialect, sql, type PostgresPool } from 'kysely'
import { Pool, types } from 'pg'
import type { Database } from '../../database.ts'
import { migrate } from '../../migrations/migrate.ts'
import type { OpenStoreOptions } from '../../open-store.ts'
import { StoreOpenError, type Store } from '../../store.ts'
import { NewsChannel } from './news-channel.ts'
import { isUnavailable, sqlState } from './postgres-errors.ts'
import { postgresSchema } from './postgres-schema.ts'
import { PostgresStore } from './postgres-store.ts'
import { preparedPool } from './prepared-pool.ts'

/** The oldest server that is still maintained, and so the oldest that tests may rely on. */
const OLDEST_VERSION = 14

const DEFAULT_POOL_SIZE = 10
const DEFAULT_LOCK_WAIT_MS = 5_000

/** No statement of the service takes longer, unless something is very wrong. */
const STATEMENT_TIMEOUT_MS = 30_000

/** Two numbers that nobody else in this database uses for an advisory lock; books use a space of their own. */
const MIGRATION_LOCK = sql`5261903, 75`

export type OpenPostgresOptions = OpenStoreOptions & {
  /** False takes every lock out, for tests that must notice the difference. */
  locks?: boolean
  /** What the connections are wrapped in, for tests that slow them down. */
  wrap?: (pool: PostgresPool) => PostgresPool
}

/**
 * Opens a PostgreSQL database and migrates it.
 *
 * @throws StoreOpenError with what to do
 */
export async function openPostgres(url: string, options: OpenPostgresOptions): Promise<Store> {
  const { locks = true, wrap = (pool: PostgresPool) => pool } = options
  const place = placeOf(url)
  const lockWaitMs = options.lockWaitMs ?? DEFAULT_LOCK_WAIT_MS
  const connection = {
    connectionString: url,
    application_name: 'prebook',
    connectionTimeoutMillis: lockWaitMs,
    keepAlive: true,
  }
  const pool = new Pool({
    ...connection,
    max: options.poolSize ?? DEFAULT_POOL_SIZE,
    lock_timeout: lockWaitMs,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // A transaction awaits its own queries only: one that is idle has lost its process.
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    types: { getTypeParser },
  })
  // A connection may break in the middle of a transaction or in the pool. Whoever uses it is told by the query that fails,
  // and the pool replaces it; without a listener the event would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', () => {})
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: wrap(preparedPool(pool)) }) })
  try {
    await assertVersion(db, place)
    await db.transaction().execute(async (tx) => {
      // Longer than any request: another process may be in the middle of a migration.
      await sql`set local lock_timeout = '10min'`.execute(tx)
      await sql`set local statement_timeout = '10min'`.execute(tx)
      if (locks) await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx)
      await migrate(tx, postgresSchema, place)
    })
    return new PostgresStore(db, { locks, news: new NewsChannel(db, connection) })
  } catch (error) {
    await db.destroy()
    throw explain(error, place)
  }
}

/** Ids, times and counts are 64 bits wide on the server and numbers here: none of them passes 2^53. */
function getTypeParser(...[oid, format]: Parameters<typeof types.getTypeParser>) {
  if (oid !== types.builtins.INT8) return types.getTypeParser(oid, format)
  return Number
}

/** Where a database is, without its password: what messages may show. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) {
    throw new StoreOpenError(
      'DATABASE_URL is no address: write postgres://user:password@host:5432/name, with special characters of the password as %40 and such.',
    )
  }
  const { hostname, port, pathname } = new URL(url)
  return `The PostgreSQL database ${pathname.slice(1)} on ${hostname}:${port === '' ? '5432' : port}`
}

async function assertVersion(db: Kysely<Database>, place: string): Promise<void> {
  const { rows } = await sql<{
    version: string
  }>`select current_setting('server_version_num') as version`.execute(db)
  const version = Math.floor(Number(rows[0]?.version) / 10_000)
  if (version < OLDEST_VERSION) {
    throw new StoreOpenError(
      `${place} is served by PostgreSQL ${version}: Prebook needs ${OLDEST_VERSION} or newer.`,
    )
  }
}

/** Turns what went wrong at the start into a sentence for the operator; what it does not know stays as it is. */
function explain(error: unknown, place: string): unknown {
  const state = sqlState(error) ?? ''
  const say = (what: string) => new StoreOpenError(`${place} ${what}`, { cause: error })
  if (state.startsWith('28')) return say('refuses user or password: correct them in DATABASE_URL.')
  if (state === '3D000')
    return say('does not exist: create it (createdb), or correct its name in DATABASE_URL.')
  if (state === '42501') return say('may not be changed by this user: grant it CREATE on the schema public.')
  if (isUnavailable(error))
    return say('cannot be reached: start the server, or correct host and port in DATABASE_URL.')
  return error
}
