import { Kysely, PostgresDialect, sql, type PostgresPool } from 'kysely'
import { Pool, types } from 'pg'
import type { Database } from '../../database.ts'
import { assertNoCopyUnderWay } from '../../migrations/copy-mark.ts'
import { migrate } from '../../migrations/migrate.ts'
import type { OpenStoreOptions } from '../../open-store.ts'
import { StoreOpenError, type Store } from '../../store.ts'
import { PostgresNotifier } from './postgres-notifier.ts'
import { isUnavailable, sqlState } from './postgres-errors.ts'
import { postgresSchema } from './postgres-schema.ts'
import { PostgresStore } from './postgres-store.ts'
import { preparedPool, type AnswerLimit } from './prepared-pool.ts'
import { WriteSemaphore } from './write-semaphore.ts'

/** The oldest server that is still maintained, and so the oldest that tests may rely on. */
const OLDEST_VERSION = 14

const DEFAULT_POOL_SIZE = 10
const DEFAULT_LOCK_WAIT_MS = 5_000

/** No statement of the service takes longer, unless something is very wrong. */
const DEFAULT_STATEMENT_TIMEOUT_MS = 30_000

/** How much longer than a statement may take it is waited for that the server says so, in milliseconds. */
const SILENCE_MS = 2_000

/** Two numbers that nobody else in this database uses for an advisory lock; books use a space of their own. */
export const MIGRATION_LOCK = sql`5261903, 75`

export type OpenPostgresOptions = OpenStoreOptions & {
  /** False takes every lock out, for tests that must notice the difference. */
  locks?: boolean
  /** What the connections are wrapped in, for tests that slow them down. */
  wrap?: (pool: PostgresPool) => PostgresPool
  /** The oldest server that is let through, for tests that have no older one. */
  oldestVersion?: number
}

/**
 * Opens a PostgreSQL database and migrates it.
 *
 * @throws StoreOpenError with what to do
 */
export async function openPostgres(url: string, options: OpenPostgresOptions): Promise<Store> {
  const { locks = true, wrap = (pool: PostgresPool) => pool } = options
  const place = addressOf(url)
  const lockWaitMs = options.lockWaitMs ?? DEFAULT_LOCK_WAIT_MS
  const poolSize = options.poolSize ?? DEFAULT_POOL_SIZE
  const statementTimeoutMs = options.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS
  const connection = {
    connectionString: withVerifiedTls(url),
    application_name: 'prebook',
    connectionTimeoutMillis: lockWaitMs,
    keepAlive: true,
  }
  const pool = new Pool({
    ...connection,
    max: poolSize,
    lock_timeout: lockWaitMs,
    statement_timeout: statementTimeoutMs,
    // A transaction awaits its own queries only: one that is idle has lost its process.
    idle_in_transaction_session_timeout: statementTimeoutMs,
    types: { getTypeParser },
  })
  // A connection may break in the middle of a transaction or in the pool. Whoever uses it is told by the query that fails,
  // and the pool replaces it; without a listener the event would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', () => {})
  // While it migrates a statement may take its time.
  const limit: AnswerLimit = { answerMs: undefined }
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: wrap(preparedPool(pool, limit)) }) })
  try {
    await assertVersion(db, place, options.oldestVersion)
    await assertNoCopyUnderWay(db, place)
    await db.transaction().execute(async (tx) => {
      // Longer than any request: another process may be in the middle of a migration.
      await sql`set local lock_timeout = '10min'`.execute(tx)
      await sql`set local statement_timeout = '10min'`.execute(tx)
      if (locks) await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx)
      // Once more: a copy that was interrupted has let go of the lock.
      await assertNoCopyUnderWay(tx, place)
      await assertMayBegin(tx, place)
      await migrate(tx, postgresSchema, place)
    })
    // The server itself ends a statement before that, as long as it is there.
    limit.answerMs = statementTimeoutMs + SILENCE_MS
    return new PostgresStore(db, {
      locks,
      news: new PostgresNotifier(db, connection),
      turns: new WriteSemaphore(poolSize, lockWaitMs),
    })
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
export function addressOf(url: string): string {
  if (!URL.canParse(url) || !isEncoded(url)) {
    throw new StoreOpenError(
      'DATABASE_URL is no address: write postgres://user:password@host:5432/name, with special characters of the password as %40 and such.',
    )
  }
  const { hostname, port, pathname } = new URL(url)
  return `The PostgreSQL database ${pathname.slice(1)} on ${hostname}:${port === '' ? '5432' : port}`
}

const MAY_NOT =
  'may not be used or changed by this user: grant it CONNECT on the database and CREATE on the schema public.'

/** The first table of all is refused in words that only say that a transaction was aborted: so it is asked before. */
async function assertMayBegin(tx: Kysely<Database>, place: string): Promise<void> {
  const { rows } = await sql<{ may: boolean | null; begun: boolean }>`
    select has_schema_privilege(current_schema(), 'create') as may,
      to_regclass('kysely_migration') is not null as begun`.execute(tx)
  if (rows[0]?.begun !== true && rows[0]?.may !== true) throw new StoreOpenError(`${place} ${MAY_NOT}`)
}

/** Whether every % in it stands for a character, as the driver wants it. */
function isEncoded(url: string): boolean {
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}

export async function assertVersion(
  db: Kysely<Database>,
  place: string,
  oldest = OLDEST_VERSION,
): Promise<void> {
  const { rows } = await sql<{
    version: string
  }>`select current_setting('server_version_num') as version`.execute(db)
  const old = tooOld(Number(rows[0]?.version), oldest)
  if (old === null) return
  throw new StoreOpenError(
    `${place} is served by PostgreSQL ${old}: Prebook needs ${oldest} or newer. Upgrade the server, or name another one in DATABASE_URL.`,
  )
}

/**
 * The version of a server that is too old, as people write it; null when it is new enough.
 *
 * @param versionNumber `server_version_num`: 140005 is 14.5, and 90624 is 9.6.24, from when versions had three parts
 */
export function tooOld(versionNumber: number, oldest = OLDEST_VERSION): string | null {
  const major = Math.floor(versionNumber / 10_000)
  if (major >= oldest) return null
  const rest = versionNumber % 10_000
  return major >= 10 ? `${major}.${rest}` : `${major}.${Math.floor(rest / 100)}.${rest % 100}`
}

/**
 * An address that asks for TLS gets TLS with a certificate that is checked: pg 8 does so for `require` too, and warns that
 * this will change. `uselibpqcompat=true` and `sslmode=no-verify` are for those who want less.
 */
export function withVerifiedTls(url: string): string {
  const address = new URL(url)
  const mode = address.searchParams.get('sslmode') ?? ''
  if (!['prefer', 'require', 'verify-ca'].includes(mode) || address.searchParams.has('uselibpqcompat'))
    return url
  address.searchParams.set('sslmode', 'verify-full')
  return address.href
}

/** Turns what went wrong at the start into a sentence for the operator; what it does not know stays as it is. */
export function explain(error: unknown, place: string): unknown {
  const found = remedies.find(({ applies }) => applies(error))
  return found === undefined ? error : new StoreOpenError(`${place} ${found.say}`, { cause: error })
}

const state = (pattern: RegExp) => (error: unknown) => pattern.test(sqlState(error) ?? '')
const text = (pattern: RegExp) => (error: unknown) =>
  error instanceof Error && pattern.test(`${'code' in error ? String(error.code) : ''} ${error.message}`)

/** What may be wrong at the start, the narrower before the wider, and what the operator is told to do. */
const remedies: { applies: (error: unknown) => boolean; say: string }[] = [
  {
    applies: text(/no pg_hba\.conf entry/),
    say: 'does not let this user in from here: allow it in pg_hba.conf, or, if the server wants TLS, add ?sslmode=verify-full to DATABASE_URL.',
  },
  {
    // The second is the driver's, for a server that asks for a password when the address has none.
    applies: (error) => state(/^28/)(error) || text(/^ SASL/)(error),
    say: 'refuses user or password: correct them in DATABASE_URL.',
  },
  {
    applies: state(/^3D000$/),
    say: 'does not exist: create it (createdb), or correct its name in DATABASE_URL.',
  },
  {
    applies: state(/^42501$/),
    say: MAY_NOT,
  },
  {
    applies: state(/^53300$/),
    say: 'takes no more connections: lower DATABASE_POOL_SIZE, or raise max_connections of the server.',
  },
  {
    applies: state(/^57P03$/),
    say: 'is starting up or shutting down: try again in a moment.',
  },
  {
    applies: text(/does not support SSL/),
    say: 'is on a server without TLS: turn it on there (ssl = on), or leave out sslmode in DATABASE_URL.',
  },
  {
    applies: text(/CERT|UNABLE_TO_VERIFY/),
    say: 'shows a certificate that cannot be trusted: name the one of its authority in DATABASE_URL (&sslrootcert=<file>), and the host as the certificate does.',
  },
  {
    applies: text(/^ENOENT/),
    say: 'needs a certificate or key from a file that is not there: correct sslrootcert, sslcert or sslkey in DATABASE_URL.',
  },
  {
    applies: isUnavailable,
    say: 'cannot be reached: start the server, or correct host and port in DATABASE_URL.',
  },
]
