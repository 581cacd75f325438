import { setTimeout as pause } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import { destroyConnection } from './destroy-connection.ts'

/** How to connect: to one of some servers, with settings that all of them share. */
export type ServerConfig = Omit<ClientConfig, 'connectionString'> & {
  servers: readonly [string, ...string[]]
  connectionTimeoutMillis: number
}

/** What a server says of itself. */
export type ServerState = {
  acceptsWrites: boolean
  /** Whether it is a standby, which accepts writes once it is promoted. */
  isStandby: boolean
  /** Whether something in between, such as pgbouncer, answers in place of the server. */
  isPooled: boolean
}

/** No server of the address accepts writes, although at least one responds. */
export class ReadOnlyServerError extends Error {
  override readonly name = 'ReadOnlyServerError'
  readonly state: ServerState

  constructor(state: ServerState) {
    super('No server accepts writes.')
    this.state = state
  }
}

/** How long an earlier server of the address may take before a later one is used, in milliseconds. */
const PREFERENCE_MS = 500

/**
 * A connection to the server of the address. If the address has several servers, it leads to the first that accepts
 * writes, which is determined again for each connection: pg 8 knows only one host.
 */
export class ServerClient extends Client {
  readonly #config: ServerConfig

  constructor(config: ServerConfig) {
    super({ ...config, connectionString: config.servers[0] })
    this.#config = config
  }

  override connect(): Promise<Client>
  override connect(callback: ((error: Error) => void) | ((error: null, client: Client) => void)): void
  override connect(
    callback?: ((error: Error) => void) | ((error: null, client: Client) => void),
  ): Promise<Client> | void {
    if (callback === undefined) return this.#chooseServer().then(() => super.connect())
    void this.#connectWith(callback)
  }

  async #connectWith(
    callback: ((error: Error) => void) | ((error: null, client: Client) => void),
  ): Promise<void> {
    try {
      await this.#chooseServer()
    } catch (error) {
      const fail = callback as (error: unknown) => void
      fail(error)
      return
    }
    super.connect(callback)
  }

  async #chooseServer(): Promise<void> {
    if (this.#config.servers.length === 1) return
    const { host, port } = new Client({ connectionString: await firstWritable(this.#config) })
    Object.assign(this, { host, port })
    // Read for the password file.
    Object.assign(Reflect.get(this, 'connectionParameters') as object, { host, port })
  }
}

/**
 * The first server that accepts writes. All are asked at the same time, so that one that does not respond does not delay
 * the others by its timeout.
 */
async function firstWritable(config: ServerConfig): Promise<string> {
  const answers = config.servers.map(async (server) => {
    const state = await askServer({ ...config, servers: [server] })
    if (!state.acceptsWrites) throw new ReadOnlyServerError(state)
    return server
  })
  for (const answer of answers) answer.catch(() => {})
  for (const answer of answers) {
    const server = await Promise.race([answer.catch(() => null), pause(PREFERENCE_MS, null)])
    if (server !== null) return server
  }
  try {
    return await Promise.any(answers)
  } catch (error) {
    const { errors } = error as AggregateError
    throw errors.find((one) => one instanceof ReadOnlyServerError) ?? errors[0]
  }
}

/** Asks a server for its state, on a connection that is closed afterwards. */
export async function askServer(config: ServerConfig): Promise<ServerState> {
  const client = new ServerClient(config)
  client.on('error', () => {})
  try {
    await client.connect()
    return await readServerState(client, config.connectionTimeoutMillis)
  } finally {
    destroyConnection(client)
  }
}

/** Asks the server at the other end of a connection for its state. */
export async function readServerState(client: Client, timeoutMs: number): Promise<ServerState> {
  const query = {
    text: `select current_setting('transaction_read_only') = 'on' as read_only, pg_is_in_recovery() as standby,
      pg_backend_pid() as pid`,
    query_timeout: timeoutMs,
  }
  const { rows } = await client.query<{ read_only: boolean; standby: boolean; pid: number }>(query)
  const [row] = rows
  if (row === undefined) throw new Error('The server did not report its state.')
  return {
    acceptsWrites: !row.read_only,
    isStandby: row.standby,
    // A pooler makes up the number that it sends at the start of a connection.
    isPooled: row.pid !== Reflect.get(client, 'processID'),
  }
}
