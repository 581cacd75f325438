import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { isStalePlan } from './postgres-errors.ts'

/** Far more texts than the service has; what nobody foresaw beyond them runs unprepared. */
const MOST_NAMES = 500

/**
 * A pool as Kysely wants it, that gives every SQL text a name. The driver prepares a named statement once on each
 * connection and from then on sends only its parameters.
 */
export function preparedPool(pool: Pool): PostgresPool {
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
      const wrapper = wrappers.get(client) ?? prepared(client, nameOf)
      wrappers.set(client, wrapper)
      return wrapper
    },
    end: () => pool.end(),
    options: pool.options,
  }
}

function prepared(client: PoolClient, nameOf: (text: string) => string | undefined): PostgresPoolClient {
  let stale = false
  const wrapper = {
    processID: Reflect.get(client, 'processID') as number,
    async query(text: string, values: ReadonlyArray<unknown>) {
      const name = nameOf(text)
      try {
        return await client.query({ text, values: [...values], ...(name !== undefined && { name }) })
      } catch (error) {
        if (isStalePlan(error)) stale = true
        throw error
      }
    },
    // What a connection has prepared is forgotten only with the connection.
    release: (destroy?: boolean) => client.release(destroy === true || stale),
  }
  // Kysely asks for more only when it streams or cancels, which the service does not.
  return wrapper as unknown as PostgresPoolClient
}
