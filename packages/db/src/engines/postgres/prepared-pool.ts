import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { destroyConnection } from './destroy-connection.ts'
import { isReadTimeout, isStalePlan } from './postgres-errors.ts'

/** Far more texts than the service has; what nobody foresaw beyond them runs unprepared. */
const MOST_NAMES = 500

/** How long the server may take to answer a statement, in milliseconds; undefined for as long as it likes. */
export type AnswerLimit = { answerMs: number | undefined }

/**
 * A pool as Kysely wants it, that gives every SQL text a name. The driver prepares a named statement once on each
 * connection and from then on sends only its parameters.
 *
 * @param limit asked at each statement. A server that stands still, or whose machine is gone without a word, ends no
 *   statement by itself; the connection is given up with the statement, and the pool makes another
 */
export function preparedPool(pool: Pool, limit: AnswerLimit): PostgresPool {
  const names = new Map<string, string>()
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text)
    if (known !== undefined || names.size >= MOST_NAMES) return known
    const name = `prebook_${names.size + 1}`
    names.set(text, name)
    return name
  }
  // One wrapper for each connection of the pool: Kysely knows a connection by it.
  const wrappers = new WeakMap<PoolClient, PostgresPoolClient>()
  return {
    async connect() {
      const client = await pool.connect()
      const wrapper = wrappers.get(client) ?? prepared(client, nameOf, limit)
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
  limit: AnswerLimit,
): PostgresPoolClient {
  let spent = false
  const wrapper = {
    processID: Reflect.get(client, 'processID') as number,
    async query(text: string, values: ReadonlyArray<unknown>) {
      const name = nameOf(text)
      try {
        const { answerMs } = limit
        const config = {
          text,
          values: [...values],
          ...(name !== undefined && { name }),
          ...(answerMs !== undefined && { query_timeout: answerMs }),
        }
        return await client.query(config)
      } catch (error) {
        if (isStalePlan(error)) spent = true
        if (isReadTimeout(error)) {
          spent = true
          // At once: a rollback that comes after would wait as long for the same server.
          destroyConnection(client)
        }
        throw error
      }
    },
    // What a connection has prepared is forgotten only with the connection.
    release: (destroy?: boolean) => client.release(destroy === true || spent),
  }
  // Kysely asks for more only when it streams or cancels, which the service does not.
  return wrapper as unknown as PostgresPoolClient
}
