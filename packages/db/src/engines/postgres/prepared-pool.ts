import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { destroyConnection } from './destroy-connection.ts'
import { isReadTimeout, isStalePlan } from './postgres-errors.ts'

/** The maximum number of prepared statements, far more than the service has. Further statements run unprepared. */
const MAX_NAMES = 500

/** How long the server may take to answer a statement, in milliseconds; undefined for no limit. */
export type ResponseTimeout = { ms: number | undefined }

/**
 * Wraps a pool for Kysely so that every SQL text has a name. The driver prepares a named statement once on each
 * connection and then sends only its parameters.
 *
 * @param timeout read at each statement. An unresponsive server, or one whose machine was lost, never ends a statement.
 *   On a timeout the connection is closed, and the pool opens another
 */
export function preparedPool(pool: Pool, timeout: ResponseTimeout): PostgresPool {
  const names = new Map<string, string>()
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text)
    if (known !== undefined || names.size >= MAX_NAMES) return known
    const name = `prebook_${names.size + 1}`
    names.set(text, name)
    return name
  }
  // One wrapper for each connection, because Kysely identifies a connection by its object.
  const wrappers = new WeakMap<PoolClient, PostgresPoolClient>()
  return {
    async connect() {
      const client = await pool.connect()
      const wrapper = wrappers.get(client) ?? prepared(client, nameOf, timeout)
      wrappers.set(client, wrapper)
      return wrapper
    },
    end: () => pool.end(),
    options: pool.options,
  }
}

function prepared(
  client: PoolClient,
  nameOf: (text: string) => string | undefined,
  timeout: ResponseTimeout,
): PostgresPoolClient {
  let unusable = false
  const wrapper = {
    processID: Reflect.get(client, 'processID') as number,
    async query(text: string, values: ReadonlyArray<unknown>) {
      const name = nameOf(text)
      try {
        const { ms } = timeout
        const config = {
          text,
          values: [...values],
          ...(name !== undefined && { name }),
          ...(ms !== undefined && { query_timeout: ms }),
        }
        return await client.query(config)
      } catch (error) {
        if (isStalePlan(error)) unusable = true
        if (isReadTimeout(error)) {
          unusable = true
          // At once: a following rollback would wait as long for the same server.
          destroyConnection(client)
        }
        throw error
      }
    },
    // Prepared statements last as long as their connection, so a stale plan needs a new one.
    release: (destroy?: boolean) => client.release(destroy === true || unusable),
  }
  // Kysely uses more of the client only to stream or cancel, which the service does not do.
  return wrapper as unknown as PostgresPoolClient
}
