import {
  Kysely,
  PostgresDialect,
  PostgresQueryCompiler,
  sql,
  type PostgresPool,
  type QueryCompiler,
  type SelectModifierNode,
} from 'kysely'
import { types } from 'pg'
import type { Database } from '../../database.ts'
import { assertNoCopyUnderWay } from '../../migrations/copy-mark.ts'
import { migrate, reportUpgrade, type RunMigration } from '../../migrations/migrate.ts'
import type { OpenStoreOptions } from '../../open-store.ts'
import { StoreOpenError, type Store } from '../../store.ts'
import { addressIndexRemedies } from './address-index.ts'
import { batchedReader } from './batched-reads.ts'
import { ConnectionPool } from './connection-pool.ts'
import { assertPoolsSessions } from './pooler-check.ts'
import { PostgresNotifier } from './postgres-notifier.ts'
import { isUnavailable, sqlState } from './postgres-errors.ts'
import { postgresSchema } from './postgres-schema.ts'
import { PostgresStore } from './postgres-store.ts'
import { preparedPool, type ResponseTimeout } from './prepared-pool.ts'
import { explainReadOnly, ReadOnlyWatch, waitForWrites } from './read-only-watch.ts'
import { parseServerAddress } from './server-address.ts'
import { askServer, ReadOnlyServerError, ServerClient, type ServerConfig } from './server-client.ts'
import { txMaker } from './transaction.ts'
import { WriteSemaphore } from './write-semaphore.ts'

/** The oldest PostgreSQL version that is still maintained. */
const OLDEST_VERSION = 14

const DEFAULT_POOL_SIZE = 10
const DEFAULT_LOCK_WAIT_MS = 5_000

/** No statement of the service normally takes this long, in milliseconds. */
const DEFAULT_STATEMENT_TIMEOUT_MS = 30_000

/** How long the client waits after the statement timeout for the server to report it, in milliseconds. */
const RESPONSE_GRACE_MS = 2_000

/**
 * The key of an advisory lock that is not used for anything else. Books use keys of one number, so they never collide.
 */
export const MIGRATION_LOCK = sql`5261903, 75`

export type OpenPostgresOptions = OpenStoreOptions & {
  /** False disables all locks, for tests that must detect their absence. */
  locks?: boolean
  /** Wraps the connection pool, for tests that slow it down. */
  wrap?: (pool: PostgresPool) => PostgresPool
  /** The oldest accepted server version, for tests that have no older server. */
  oldestVersion?: number
}

/**
 * Opens a PostgreSQL database and migrates it.
 *
 * @throws StoreOpenError when it cannot be opened
 */
export async function openPostgres(url: string, options: OpenPostgresOptions): Promise<Store> {
  const { locks = true, wrap = (pool: PostgresPool) => pool } = options
  const { servers, label } = parseServerAddress(url)
  const lockWaitMs = options.lockWaitMs ?? DEFAULT_LOCK_WAIT_MS
  const poolSize = options.poolSize ?? DEFAULT_POOL_SIZE
  const statementTimeoutMs = options.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS
  const log = options.log ?? { error: () => {}, warn: () => {} }
  const config: ServerConfig = {
    servers,
    application_name: 'prebook',
    connectionTimeoutMillis: lockWaitMs,
    keepAlive: true,
  }
  await assertUsable(config, label, options.waitForWrites && { log, signal: options.waitForWrites })
  const pool = new ConnectionPool({
    ...config,
    max: poolSize,
    limits: { lockTimeoutMs: lockWaitMs, statementTimeoutMs },
    onReadOnly: () => watch.noticeReadOnly(),
    types: { getTypeParser },
    // Statements are sent without waiting for the results of those before them.
    pipeline: true,
  })
  // Migrations may take long, so there is no limit yet.
  const timeout: ResponseTimeout = { ms: undefined }
  const Dialect = locks ? PostgresDialect : LocklessDialect
  const connections = wrap(preparedPool(pool, timeout))
  const dialect = new Dialect({ pool: connections })
  const db = new Kysely<Database>({ dialect })
  const notifier = new PostgresNotifier(db, () => new ServerClient(config))
  const watch = new ReadOnlyWatch({
    config,
    label,
    log,
    replaceConnections: () => {
      pool.replaceAll()
      notifier.reconnect()
    },
  })
  try {
    await assertVersion(db, label, options.oldestVersion)
    await assertNoCopyUnderWay(db, label)
    const migrations: RunMigration[] = []
    await db.transaction().execute(async (tx) => {
      // Longer than for requests, because another process may be migrating.
      await sql`set local lock_timeout = '10min'`.execute(tx)
      await sql`set local statement_timeout = '10min'`.execute(tx)
      if (locks) await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx)
      // Again, because a copy may have started and been interrupted before this process got the lock.
      await assertNoCopyUnderWay(tx, label)
      await assertCanCreateTables(tx, label)
      await migrate(tx, postgresSchema, label, (run) => migrations.push(run))
    })
    reportUpgrade(migrations, options)
    // A server that responds ends the statement earlier on its own.
    timeout.ms = statementTimeoutMs + RESPONSE_GRACE_MS
    return new PostgresStore({
      pool: connections,
      db,
      reader: batchedReader(db, dialect, connections),
      makeTx: txMaker(db, dialect),
      locks,
      notifier,
      watch,
      semaphore: new WriteSemaphore(poolSize, lockWaitMs),
    })
  } catch (error) {
    watch.close()
    await db.destroy()
    throw explain(error, label)
  }
}

/** Refuses a server that accepts no writes, or waits for it, and a pooler that cannot be used. */
export async function assertUsable(
  config: ServerConfig,
  label: string,
  waiting?: Parameters<typeof waitForWrites>[2],
): Promise<void> {
  try {
    const state = await (waiting === undefined ? askServer(config) : waitForWrites(config, label, waiting))
    if (!state.acceptsWrites) throw new ReadOnlyServerError(state)
    if (state.isPooled) await assertPoolsSessions(config, label)
  } catch (error) {
    throw explain(error, label)
  }
}

/** Locks no rows, for tests. */
class LocklessDialect extends PostgresDialect {
  override createQueryCompiler(): QueryCompiler {
    return new LocklessCompiler()
  }
}

class LocklessCompiler extends PostgresQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier === 'Distinct') super.visitSelectModifier(node)
  }
}

/** Reads 64-bit integers as numbers. No id, time or count exceeds 2^53. */
function getTypeParser(...[oid, format]: Parameters<typeof types.getTypeParser>) {
  if (oid !== types.builtins.INT8) return types.getTypeParser(oid, format)
  return Number
}

const NOT_PERMITTED =
  'cannot be used by this user: grant the user CONNECT on the database and CREATE on the schema public.'

/** Checks the privilege first, because a failed `create table` only reports an aborted transaction. */
async function assertCanCreateTables(tx: Kysely<Database>, label: string): Promise<void> {
  const { rows } = await sql<{ may: boolean | null; begun: boolean }>`
    select has_schema_privilege(current_schema(), 'create') as may,
      to_regclass('kysely_migration') is not null as begun`.execute(tx)
  if (rows[0]?.begun !== true && rows[0]?.may !== true) throw new StoreOpenError(`${label} ${NOT_PERMITTED}`)
}

export async function assertVersion(
  db: Kysely<Database>,
  label: string,
  oldest = OLDEST_VERSION,
): Promise<void> {
  const { rows } = await sql<{
    version: string
  }>`select current_setting('server_version_num') as version`.execute(db)
  const old = tooOld(Number(rows[0]?.version), oldest)
  if (old === null) return
  throw new StoreOpenError(
    `${label} runs on PostgreSQL ${old}, but Prebook needs ${oldest} or newer: upgrade the server, or choose another one in DATABASE_URL.`,
  )
}

/**
 * The version of a server that is too old, in readable form; null when it is new enough.
 *
 * @param versionNumber `server_version_num`: 140005 is 14.5. Before version 10 there were three parts: 90624 is 9.6.24
 */
export function tooOld(versionNumber: number, oldest = OLDEST_VERSION): string | null {
  const major = Math.floor(versionNumber / 10_000)
  if (major >= oldest) return null
  const rest = versionNumber % 10_000
  return major >= 10 ? `${major}.${rest}` : `${major}.${Math.floor(rest / 100)}.${rest % 100}`
}

/** Turns an error during opening into a message for the operator. Unknown errors are returned unchanged. */
export function explain(error: unknown, label: string): unknown {
  if (error instanceof ReadOnlyServerError)
    return new StoreOpenError(explainReadOnly(label, error.state), { cause: error })
  const found = remedies.find(({ applies }) => applies(error))
  return found === undefined ? error : new StoreOpenError(`${label} ${found.message}`, { cause: error })
}

const state = (pattern: RegExp) => (error: unknown) => pattern.test(sqlState(error) ?? '')
const text = (pattern: RegExp) => (error: unknown) =>
  error instanceof Error && pattern.test(`${'code' in error ? String(error.code) : ''} ${error.message}`)

/** Possible errors during opening, specific before general, each with a message that says what to do. */
const remedies: { applies: (error: unknown) => boolean; message: string }[] = [
  ...addressIndexRemedies.map(({ pattern, message }) => ({ applies: text(pattern), message })),
  {
    applies: text(/no pg_hba\.conf entry/),
    message:
      'rejects connections by this user from this machine: allow them in pg_hba.conf, or, if the server requires TLS, add ?sslmode=verify-full to DATABASE_URL.',
  },
  {
    // The second comes from the driver, when the server requires a password and the address has none.
    applies: (error) => state(/^28/)(error) || text(/^ SASL/)(error),
    message: 'rejected the user or password: correct them in DATABASE_URL.',
  },
  {
    applies: state(/^3D000$/),
    message: 'does not exist: create it (createdb), or correct its name in DATABASE_URL.',
  },
  {
    applies: state(/^42501$/),
    message: NOT_PERMITTED,
  },
  {
    applies: state(/^53300$/),
    message: 'has no free connections: lower DATABASE_POOL_SIZE, or raise max_connections on the server.',
  },
  {
    // pgbouncer reports nearly everything that it refuses with this state.
    applies: state(/^08P01$/),
    message: 'is behind a pooler that refused the connection: see the log of the pooler.',
  },
  {
    applies: state(/^25006$/),
    message: 'accepts no writes any more: let DATABASE_URL lead to the primary.',
  },
  {
    applies: state(/^57P03$/),
    message: 'is starting up or shutting down: try again in a moment.',
  },
  {
    applies: text(/does not support SSL/),
    message: 'is on a server without TLS: enable TLS there (ssl = on), or remove sslmode from DATABASE_URL.',
  },
  {
    applies: text(/CERT|UNABLE_TO_VERIFY/),
    message:
      'has a certificate that is not trusted: add the certificate of its authority to DATABASE_URL (&sslrootcert=<file>), and use the host name that the certificate is for.',
  },
  {
    applies: text(/^ENOENT/),
    message:
      'needs a certificate or key file that does not exist: correct sslrootcert, sslcert or sslkey in DATABASE_URL.',
  },
  {
    applies: isUnavailable,
    message: 'cannot be reached: start the server, or correct the host and port in DATABASE_URL.',
  },
]
