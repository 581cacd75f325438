import { randomUUID } from 'node:crypto'
// Tests query the database directly, not through the service under test.
// oxlint-disable-next-line no-restricted-imports
import { Client, types } from 'pg'
import type { ProofDatabase } from './engines.ts'
import { violation, violationQueries, type Row } from './impossible.ts'

/** The address of this run's PostgreSQL server, as a user who may create databases; undefined when there is none. */
export const postgresServerUrl = process.env['TEST_POSTGRES_URL']

/** Creates an empty database on the run's server, dropped at disposal. */
export async function postgresDatabase(): Promise<ProofDatabase> {
  const name = `proof_${randomUUID().replaceAll('-', '')}`
  const databaseUrl = new URL(serverUrl())
  databaseUrl.pathname = `/${name}`
  await connected(serverUrl(), (client) => client.query(`create database ${name} template template0`))
  const rows = (query: string) =>
    connected(databaseUrl.href, async (client) => (await client.query<Row>(query)).rows)
  return {
    databaseUrl: databaseUrl.href,
    addressFor: (process) => `${databaseUrl.href}?application_name=${process}`,
    async connectionsOf(process) {
      const found = await rows(`select pid from pg_stat_activity where application_name = '${process}'`)
      return found.length
    },
    rows,
    findViolations: () =>
      connected(databaseUrl.href, async (client) => {
        const violations: string[] = []
        await client.query('begin isolation level repeatable read read only')
        for (const [meaning, query] of Object.entries(violationQueries.postgres)) {
          const found = await client.query<Row>(query)
          violations.push(...found.rows.map((row) => violation(meaning, row)))
        }
        return violations
      }),
    [Symbol.asyncDispose]: () =>
      connected(serverUrl(), async (client) => {
        await client.query(`drop database ${name} with (force)`)
      }),
  }
}

function serverUrl(): string {
  if (postgresServerUrl === undefined) throw new Error('This run has no PostgreSQL server.')
  return postgresServerUrl
}

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    types: {
      // Ids, times and counts stay below 2^53.
      getTypeParser: (oid, format) =>
        oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format),
    },
  })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
