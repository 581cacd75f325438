import { apiEntry } from '@prebook/testing/api'
import { startPrivatePostgres } from '@prebook/testing/postgres'
import { spawnNode } from '@prebook/testing/spawn'
import { once } from 'node:events'
// Tests change the server directly, not through the service under test.
// oxlint-disable-next-line no-restricted-imports
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { request } from './testing/http-request.ts'
import { until } from './testing/processes.ts'

/** A process that may wait before it serves. */
function start(databaseUrl: string) {
  const child = spawnNode([apiEntry], {
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, HOST: '127.0.0.1', PORT: '0' },
  })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const output = () => chunks.join('')
  const logs = (text: string) => until(`the log says "${text}"`, () => output().includes(text))
  return { child, output, ended, logs }
}

async function run(databaseUrl: string, ...statements: string[]): Promise<void> {
  const client = new Client({
    connectionString: databaseUrl,
    options: '-c default_transaction_read_only=off',
  })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'prebook'`

describe('on a PostgreSQL server that is set read-only', () => {
  test('a start waits and says so, ends on SIGTERM, and serves once it may write; later it is not ready', async () => {
    await using server = await startPrivatePostgres()
    const { url } = server
    await run(url, 'alter database postgres set default_transaction_read_only = on')

    const stopped = start(url)
    await stopped.logs('is set read-only: turn off default_transaction_read_only')
    stopped.child.kill('SIGTERM')
    expect(await stopped.ended).toBe(0)
    expect(stopped.output()).toContain('"msg":"stopped"')

    const api = start(url)
    await api.logs('The service starts as soon as it accepts writes.')
    expect(api.output()).not.toContain('serving requests')
    await run(url, 'alter database postgres set default_transaction_read_only = off')
    await api.logs('serving requests')
    const address = String(/"url":"(http:[^"]+)"/.exec(api.output())?.[1])
    const ready = async () => (await request(address, 'GET', '/readyz')).status
    const register = (name: string) =>
      request(address, 'POST', '/auth/register', {
        body: { email: `${name}@example.org`, password: 'a long enough password' },
      })
    expect(await ready()).toBe(200)

    await run(url, 'alter database postgres set default_transaction_read_only = on', cut)
    await until('it is not ready', async () => (await ready()) === 503)
    expect(await register('refused')).toMatchObject({ status: 503, body: { code: 'STORE_BUSY' } })
    expect((await request(address, 'GET', '/books')).status).toBe(200)
    await api.logs('Until then, writes get STORE_BUSY.')

    await run(url, 'alter database postgres set default_transaction_read_only = off')
    await until('it is ready', async () => (await ready()) === 200)
    await until('a write succeeds', async () => (await register('accepted')).status === 201)
    api.child.kill('SIGTERM')
    expect(await api.ended).toBe(0)
  })
})
