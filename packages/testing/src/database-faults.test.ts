import { WAIT } from './bounds.ts'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { startPrivatePostgres, type PostgresServer } from '@prebook/testing/postgres'
import { spawnApi } from './spawn-api.ts'

const PASSWORD = 'the password of the database'

describe('the API on a PostgreSQL server that can fail', () => {
  let starting: Promise<PostgresServer> | undefined
  const server = () => (starting ??= startPrivatePostgres({ password: PASSWORD }))
  afterAll(async () => (await starting)?.stop())

  test.each([
    [
      'a wrong password',
      { password: 'guessed' },
      /rejected the user or password: correct them in DATABASE_URL/,
    ],
    ['no such database', { pathname: '/no_shop' }, /no_shop on .* does not exist: create it/],
    ['a wrong port', { port: '1' }, /cannot be reached: start the server, or correct the host and port/],
    ['no such host', { hostname: 'no-such-host.invalid' }, /cannot be reached: start the server/],
    ['TLS that the server lacks', { search: '?sslmode=require' }, /is on a server without TLS/],
  ])('with %s reports it in one sentence and exits with code 1', async (_, change, remedy) => {
    const url = Object.assign(new URL((await server()).url), change)
    const failure = await spawnApi({ databaseUrl: url.href }).then(
      () => '',
      (error: unknown) => String(error),
    )
    const [head, message, ...more] = failure.trimEnd().split('\n')
    expect(head).toContain('exited with code 1')
    expect(message).toMatch(remedy)
    expect(more).toEqual([])
    for (const secret of [url.password, PASSWORD]) expect(failure).not.toContain(secret)
  })

  test('answers 503 while the server is down, logs no password, and recovers without a restart', async () => {
    const { url: databaseUrl, halt, resume } = await server()
    await using api = await spawnApi({ databaseUrl })
    const listBooks = async () => {
      const response = await fetch(`${api.url}/books`)
      return { status: response.status, code: ((await response.json()) as { code?: string }).code }
    }
    expect(await listBooks()).toEqual({ status: 200, code: undefined })
    await halt()
    expect(await listBooks()).toEqual({ status: 503, code: 'STORE_BUSY' })
    await resume()
    await vi.waitFor(async () => expect(await listBooks()).toEqual({ status: 200, code: undefined }), WAIT)
    expect(await api.stop()).toBe(0)
    for (const form of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(api.output()).not.toContain(form)
  })
})
