import { StoreOpenError } from '../../store.ts'
import { destroyConnection } from './destroy-connection.ts'
import { isReadTimeout } from './postgres-errors.ts'
import { ServerClient, type ServerConfig } from './server-client.ts'

/** How often two connections are compared. An idle pooler gives itself away the first time, a busy one soon. */
const ROUNDS = 10

/** Not in turns: a pooler that hands out two connections in turns would look as if it pooled sessions. */
const ORDER = [0, 1, 1] as const

/**
 * Refuses a pooler that gives each transaction another connection to the server. Prepared statements, the limits of a
 * session, and LISTEN belong to one connection.
 *
 * @throws StoreOpenError that names the setting to change
 */
export async function assertPoolsSessions(config: ServerConfig, label: string): Promise<void> {
  const clients = [new ServerClient(config), new ServerClient(config)] as const
  try {
    const pids = clients.map(() => new Set<number>())
    for (const client of clients) {
      client.on('error', () => {})
      await client.connect()
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const index of ORDER) {
        const query = {
          text: 'select pg_backend_pid() as pid',
          query_timeout: config.connectionTimeoutMillis,
        }
        const { rows } = await clients[index].query<{ pid: number }>(query)
        for (const { pid } of rows) pids[index]?.add(pid)
      }
      const [first, second] = pids
      const used = new Set([...(first ?? []), ...(second ?? [])])
      // Each session has a server connection of its own.
      if (used.size === 2 && first?.size === 1 && second?.size === 1) continue
      throw new StoreOpenError(
        `${label} is behind a pooler that pools transactions, which Prebook does not support: set pool_mode = session for it in the pooler (pgbouncer.ini), or let DATABASE_URL lead to the server itself.`,
      )
    }
  } catch (error) {
    if (!isReadTimeout(error)) throw error
    throw new StoreOpenError(
      `${label} is behind a pooler that gives this process no second connection: raise default_pool_size in the pooler (pgbouncer.ini) to DATABASE_POOL_SIZE + 1 for each process.`,
      { cause: error },
    )
  } finally {
    for (const client of clients) destroyConnection(client)
  }
}
