import { bound } from '@prebook/testing/bounds'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { createClient, explainError } from '@prebook/client'
import { makeFolder, until } from '../testing/processes.ts'
import { startShop, signIn, type Person, type Shop } from '../testing/shop.ts'
import { freePort } from '../testing/free-port.ts'
import { METRICS_TOKEN, readGauge } from '../testing/gauges.ts'
import { watchPrebooks, type Watcher } from '../testing/watcher.ts'

const OPEN = 'prebook_streams_open{subject="prebooks"}'

let shop: Shop
beforeAll(async () => {
  shop = await startShop({ METRICS_TOKEN })
})
afterAll(() => shop[Symbol.asyncDispose]())

async function waitingReader(): Promise<{ reader: Person; bookId: number; prebookId: number }> {
  const reader = await shop.signUp()
  const { id: bookId } = await shop.addBook(0)
  const { id: prebookId } = await reader.client.prebooks.create.mutate({ bookId })
  return { reader, bookId, prebookId }
}

describe('watching prebooks', () => {
  test('sends the new status at a restock, to the waiting reader only', async () => {
    const { reader, bookId, prebookId } = await waitingReader()
    const other = await shop.signUp()
    using mine = watchPrebooks(reader.client)
    using theirs = watchPrebooks(other.client)
    await until('both are connected', () => mine.connected && theirs.connected && mine.states.size === 1)
    await shop.admin.client.stock.set.mutate({ bookId, quantity: 1 })
    await until('the reader is notified', () => mine.states.get(prebookId) === 'notified')
    expect(theirs.states.size).toBe(0)
  })

  test.each([
    {
      how: 'logging out',
      reason: 'AUTH_REQUIRED',
      end: (reader: Person): Promise<unknown> => reader.client.auth.logout.mutate(),
    },
    {
      how: 'logging out everywhere',
      reason: 'AUTH_REQUIRED',
      // From another session of the account.
      end: async (reader: Person): Promise<unknown> =>
        (await signIn(shop.url, reader)).client.auth.logoutEverywhere.mutate(),
    },
    {
      how: 'deactivation',
      reason: 'AUTH_ACCOUNT_DEACTIVATED',
      end: (reader: Person): Promise<unknown> =>
        shop.admin.client.users.deactivate.mutate({ userId: reader.id }),
    },
  ])('ends after $how with the reason, and does not reconnect', async ({ reason, end }) => {
    const { reader } = await waitingReader()
    using watcher: Watcher = watchPrebooks(reader.client)
    await until('it is connected', () => watcher.states.size === 1)
    const before = performance.now()
    await end(reader)
    await until('it has ended', () => watcher.error !== null)
    expect(performance.now() - before).toBeLessThan(bound(15_000))
    expect(explainError(watcher.error)).toMatchObject({ kind: 'refused', reason })
    await until('the server has closed it', async () => (await readGauge(shop.url, OPEN)) === 0)
    expect(watcher.connections).toBe(1)
  })

  test('is refused without a session, with the reason', async () => {
    using watcher = watchPrebooks(createClient({ url: shop.url }))
    await until('it is refused', () => watcher.error !== null)
    expect(explainError(watcher.error)).toMatchObject({ kind: 'refused', reason: 'AUTH_REQUIRED' })
  })

  test('works with a session cookie, and proxies do not buffer the response', async () => {
    const { reader, prebookId } = await waitingReader()
    const login = await fetch(`${shop.url}/trpc/auth.login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ email: reader.email, password: reader.password, session: 'cookie' }),
    })
    const cookie = String(login.headers.get('set-cookie')).split(';')[0] as string
    const leaving = new AbortController()
    const response = await fetch(`${shop.url}/trpc/prebooks.watch`, {
      headers: { cookie },
      signal: leaving.signal,
    })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': expect.any(String),
      'x-frame-options': 'DENY',
    })
    let text = ''
    const reading = (async () => {
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true })
    })().catch(() => {})
    await until('the state arrives', () => text.includes(`id: ${prebookId}:waiting\n\n`))
    expect(text).toContain('event: connected\n')
    // The request is logged while the stream is open.
    expect(shop.api.output()).toMatch(/"path":"\/trpc\/prebooks\.watch","status":200/)
    leaving.abort()
    await reading
    await until('the server has closed it', async () => (await readGauge(shop.url, OPEN)) === 0)
  })

  test('outlives the request timeout', async () => {
    // Six seconds exceed the four seconds that a client has to send its request.
    const { reader, bookId, prebookId } = await waitingReader()
    using watcher = watchPrebooks(reader.client)
    await until('it is connected', () => watcher.states.size === 1)
    const since = performance.now()
    await until('some seconds are over', () => performance.now() - since > 6_000)
    await shop.admin.client.stock.set.mutate({ bookId, quantity: 1 })
    await until('the reader is notified', () => watcher.states.get(prebookId) === 'notified')
    expect(watcher.connections).toBe(1)
  })

  test('is closed when the client disconnects abruptly', async () => {
    const { reader } = await waitingReader()
    const socket = connect(Number(new URL(shop.url).port), '127.0.0.1')
    socket.write(
      `GET /trpc/prebooks.watch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${reader.token}\r\n\r\n`,
    )
    await once(socket, 'data')
    await until('it is open', async () => (await readGauge(shop.url, OPEN)) === 1)
    socket.destroy()
    await until('the server has closed it', async () => (await readGauge(shop.url, OPEN)) === 0)
    const left = 'prebook_streams_ended_total{procedure="prebooks.watch",how="left"}'
    expect(await readGauge(shop.url, left)).toBeGreaterThan(0)
  })
})

test('a stop does not wait for streams, and the client reconnects to the next server automatically', async () => {
  await using folder = await makeFolder()
  const env = { PORT: String(await freePort()) }
  let api = await spawnApi({ databaseUrl: folder.databaseUrl, env })
  await using disposables = new AsyncDisposableStack()
  disposables.defer(() => api[Symbol.asyncDispose]())
  const account = { email: 'reader@example.org', password: 'a long password' }
  const { token } = await createClient({ url: api.url }).auth.register.mutate(account)
  using watcher = watchPrebooks(createClient({ url: api.url, token }))
  await until('it is connected', () => watcher.connected)
  const stopping = performance.now()
  expect(await api.stop()).toBe(0)
  expect(performance.now() - stopping).toBeLessThan(bound(8_000))
  await until('it is disconnected', () => !watcher.connected)
  api = await spawnApi({ databaseUrl: folder.databaseUrl, env })
  await until('it is connected again', () => watcher.connected)
  expect([watcher.error, watcher.connections]).toEqual([null, 2])
})
