import { createHash, randomUUID } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { PostgresPool } from 'kysely'
import { Client } from 'pg'
import type { TestableEngine } from './index.ts'
import { openPostgres } from '../engines/postgres/open-postgres.ts'

/**
 * A migrated database to clone, which is ten times as fast as migrating a new one. Its name contains a hash of the
 * migrations, because the server may have a template of an earlier version.
 */
const TEMPLATE = `prebook_template_${await migrationsDigest()}`

/** The key of an advisory lock that is not used for anything else on that server. */
const TEMPLATE_LOCK = '5261903, 76'

/** The PostgreSQL engine of a run without a server. */
export const missingPostgres: TestableEngine = {
  name: 'postgres',
  available: false,
  createEmpty: async () => throwMissing(),
  openForRaces: async () => throwMissing(),
}

function throwMissing(): never {
  throw new Error('No PostgreSQL server in this run: title the test "… on postgres" so that it is skipped.')
}

/**
 * PostgreSQL for tests. Each test gets its own database on the server of the test run.
 *
 * @param serverUrl the address of the server, with a user that can create databases
 */
export function postgresTestEngine(serverUrl: string): TestableEngine {
  let template: Promise<void> | undefined

  async function createFrom(source: string): Promise<AsyncDisposable & { url: string }> {
    const name = `test_${randomUUID().replaceAll('-', '')}`
    await onServer(serverUrl, (client) => client.query(`create database ${name} template ${source}`))
    return {
      url: databaseUrl(serverUrl, name),
      async [Symbol.asyncDispose]() {
        await onServer(serverUrl, (client) => client.query(`drop database ${name} with (force)`))
      },
    }
  }
  return {
    name: 'postgres',
    available: true,
    createEmpty: () => createFrom('template0'),
    async createMigrated() {
      await (template ??= createTemplate(serverUrl))
      return createFrom(TEMPLATE)
    },
    async cutConnections(url) {
      const database = new URL(url).pathname.slice(1)
      await onServer(serverUrl, (client) =>
        client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]),
      )
    },
    openForRaces: async (url, options) => openPostgres(url, { ...options, wrap: withPauses }),
  }
}

/** A pool whose connections pause before some statements, long enough for other work to interleave. */
function withPauses(pool: PostgresPool): PostgresPool {
  return {
    ...pool,
    async connect() {
      const client = await pool.connect()
      // In the order in which they were sent: the lock of a transaction comes before its first read.
      let sent: Promise<unknown> = Promise.resolve()
      const query = (text: string, values: ReadonlyArray<unknown>) => {
        const before = sent.catch(() => {})
        const result = before.then(async () => {
          if (Math.random() < 0.1) await pause(Math.random() * 20)
          return client.query(text, values)
        })
        sent = result
        return result
      }
      return { release: (destroy?: boolean) => client.release(destroy), query } as typeof client
    },
  }
}

/** Creates the template, unless another process has. */
async function createTemplate(serverUrl: string): Promise<void> {
  await onServer(serverUrl, async (client) => {
    await client.query(`select pg_advisory_lock(${TEMPLATE_LOCK})`)
    const { rowCount } = await client.query('select from pg_database where datname = $1', [TEMPLATE])
    if (rowCount !== 0) return
    // Under another name until it is complete, so that an interrupted run leaves no partial template.
    const unfinished = `test_${randomUUID().replaceAll('-', '')}`
    await client.query(`create database ${unfinished} template template0`)
    const store = await openPostgres(databaseUrl(serverUrl, unfinished), {})
    await store.close()
    await client.query(`alter database ${unfinished} rename to ${TEMPLATE}`)
  })
}

async function migrationsDigest(): Promise<string> {
  const sources = []
  for await (const file of glob('../{migrations/*,engines/postgres/*-{schema,index}}.ts', {
    cwd: import.meta.dirname,
  })) {
    if (!file.endsWith('.test.ts')) sources.push(file)
  }
  const hash = createHash('sha256')
  for (const file of sources.toSorted()) hash.update(await readFile(join(import.meta.dirname, file)))
  return hash.digest('hex').slice(0, 16)
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

async function onServer(serverUrl: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
