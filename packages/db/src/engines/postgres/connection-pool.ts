import { Pool, type ClientBase, type PoolClient, type PoolConfig } from 'pg'
import { destroyConnection } from './destroy-connection.ts'
import { ServerClient, type ServerConfig } from './server-client.ts'

/** The limits of a session on the server, in milliseconds. */
export type SessionLimits = {
  lockTimeoutMs: number
  statementTimeoutMs: number
}

export type ConnectionPoolConfig = Omit<PoolConfig, 'connectionString'> &
  ServerConfig & {
    limits: SessionLimits
    /** Called when a server refuses a statement because it accepts no writes, on a connection that is still trusted. */
    onReadOnly: () => void
  }

/**
 * A pool of connections that can be replaced as a whole. Each connection belongs to the generation in which its opening
 * began. One of an earlier generation is closed instead of being used again.
 */
export class ConnectionPool extends Pool {
  readonly #generations: { current: number; of: WeakMap<object, number> }

  constructor(config: ConnectionPoolConfig) {
    const generations = { current: 0, of: new WeakMap<object, number>() }
    const { limits, connectionTimeoutMillis, onReadOnly } = config
    class CountedClient extends ServerClient {
      constructor(given: ServerConfig) {
        super(given)
        generations.of.set(this, generations.current)
        // Not where statements are run, so that no way to run one can miss it.
        this.connection.on('errorMessage', ({ code }: { code?: string }) => {
          if (code === READ_ONLY && generations.of.get(this) === generations.current) onReadOnly()
        })
      }
    }
    const options = {
      ...config,
      // The pool passes its options to the constructor, and waits for `onConnect`. Its types leave out both.
      Client: CountedClient as unknown as NonNullable<PoolConfig['Client']>,
      onConnect: (client: ClientBase) => setLimits(client, limits, connectionTimeoutMillis),
    }
    super(options)
    this.#generations = generations
    // A connection may break in a transaction or in the pool. The failing query reports the error, and the pool replaces
    // the connection. Without a listener, the event would end the process.
    this.on('connect', (client) => client.on('error', () => {}))
    this.on('error', () => {})
  }

  /** Replaces every connection before its next use. Statements that are running are not disturbed. */
  replaceAll(): void {
    this.#generations.current += 1
  }

  override connect(): Promise<PoolClient>
  override connect(callback: Parameters<Pool['connect']>[0]): void
  override connect(callback?: Parameters<Pool['connect']>[0]): Promise<PoolClient> | void {
    if (callback === undefined) return this.#take()
    super.connect(callback)
  }

  async #take(): Promise<PoolClient> {
    for (;;) {
      const client = await super.connect()
      if (this.#generations.of.get(client) === this.#generations.current) return client
      client.release(true)
    }
  }
}

/** SQLSTATE `read_only_sql_transaction`. */
const READ_ONLY = '25006'

/** Sets the limits by a statement, because poolers such as pgbouncer refuse them at the start of a connection. */
async function setLimits(client: ClientBase, limits: SessionLimits, timeoutMs: number): Promise<void> {
  const query = {
    // A transaction awaits only its own queries, so an idle one has lost its process.
    text: `select set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false),
      set_config('idle_in_transaction_session_timeout', $2, false)`,
    values: [String(limits.lockTimeoutMs), String(limits.statementTimeoutMs)],
    query_timeout: timeoutMs,
  }
  try {
    await client.query(query)
  } catch (error) {
    // At once: the pool would wait for the same server to close it.
    destroyConnection(client)
    throw error
  }
}
