import { randomUUID } from 'node:crypto'
// A proof looks into the database from outside, as others do into the file: not through the service that it is about.
// oxlint-disable-next-line no-restricted-imports
import { Client, types } from 'pg'
import type { ProofDatabase } from './engines.ts'
import { questions, violation, type Row } from './impossible.ts'

/** Where this run has a PostgreSQL server, as a user who may create databases; undefined where it has none. */
export const postgresServerUrl = process.env['TEST_POSTGRES_URL']

/** Makes an empty database for a proof on the run's server, gone at the end. */
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
    findImpossible: () =>
      connected(databaseUrl.href, async (client) => {
        const violations: string[] = []
        await client.query('begin isolation level repeatable read read only')
        for (const [meaning, query] of Object.entries(questions.postgres)) {
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
      // Ids, times and counts: none of them passes 2^53.
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
