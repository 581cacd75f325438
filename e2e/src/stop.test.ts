import { bound } from '@prebook/testing/bounds'
import { Agent, request as openRequest, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { setTimeout as typing } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { request } from './testing/http-request.ts'
import { accepts, makeFolder, until } from './testing/processes.ts'
import { startShop, signIn, highLimits } from './testing/shop.ts'

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the process with exit code 0', async (signal) => {
  await using api = await spawnApi()

  expect(await api.stop(signal)).toBe(0)
  await until('the end is logged', () => api.output().includes('"msg":"stopped"'))
})

test('stops immediately despite idle keep-alive connections', async () => {
  await using api = await spawnApi()
  await Promise.all(Array.from({ length: 5 }, () => request(api.url, 'GET', '/books')))
  const started = performance.now()

  expect(await api.stop()).toBe(0)
  expect(performance.now() - started).toBeLessThan(bound(8_000))
})

test('serves on for a while, and each response closes its connection', async () => {
  // Longer than the test: SIGINT ends it.
  await using api = await spawnApi({ env: { ...highLimits, STOP_GRACE_MS: '600000' } })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const register = (n: number) => {
    const body = JSON.stringify({ email: `late-${n}@example.org`, password: 'long enough' })
    const sent = openRequest(`${api.url}/auth/register`, {
      agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': body.length },
    })
    sent.end(body)
    return once(sent, 'response').then(([response]) => {
      ;(response as IncomingMessage).resume()
      return { response: response as IncomingMessage, reused: sent.reusedSocket }
    })
  }
  await register(1)
  await until('the connection is free', () => Object.keys(agent.freeSockets).length === 1)
  process.kill(api.pid, 'SIGTERM')
  await until('a stop begins', async () => (await request(api.url, 'GET', '/readyz')).status === 503)
  const { response, reused } = await register(2)
  expect([response.statusCode, reused, response.headers.connection]).toEqual([201, true, 'close'])
  expect((await register(3)).response.statusCode).toBe(201)
  expect(await api.stop('SIGINT')).toBe(0)
  agent.destroy()
})

test('finishes a request in progress and accepts no new ones', async () => {
  await using folder = await makeFolder()
  await using api = await spawnApi({ databaseUrl: folder.databaseUrl, env: highLimits })
  const account = { email: 'slow@example.org', password: 'typed very slowly' }
  const body = JSON.stringify(account)
  const half = Math.floor(body.length / 2)
  const slow = openRequest(`${api.url}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': body.length },
  })
  const answered = once(slow, 'response')
  // A failure while the rest is written is reported where the response is awaited.
  answered.catch(() => {})
  slow.write(body.slice(0, half))
  // A response on another connection means that the server has received the first half.
  await once(slow, 'socket')
  await until(
    'the connection is open',
    () => slow.socket?.connecting === false && slow.socket.bytesWritten > half,
  )
  await request(api.url, 'GET', '/readyz')

  const ended = api.stop()
  await until('the port is closed', async () => !(await accepts(api.url)))
  for (const letter of body.slice(half)) {
    slow.write(letter)
    await typing(10)
  }
  slow.end()

  const [response] = await answered
  expect(response).toMatchObject({ statusCode: 201, headers: { connection: 'close' } })
  response.resume()
  expect(await ended).toBe(0)
  await using again = await spawnApi({ databaseUrl: folder.databaseUrl, env: highLimits })
  expect(await signIn(again.url, account)).toMatchObject({ email: account.email })
})

test('acknowledged data survives kill -9, sessions included', async () => {
  await using folder = await makeFolder()
  const [admin, reader] = [
    { email: 'admin@example.org', password: 'the admin has a long password' },
    { email: 'survivor@example.org', password: 'long enough' },
  ]
  let token = ''
  const created: object[] = []
  {
    await using api = await spawnApi({ databaseUrl: folder.databaseUrl, env: highLimits })
    await api.createAdmin(admin.email, admin.password)
    const { books, stock } = (await signIn(api.url, admin)).client
    await request(api.url, 'POST', '/auth/register', { body: reader })
    token = (await signIn(api.url, reader)).token
    for (let n = 0; n < 5; n += 1) {
      const { id: bookId } = await books.create.mutate({ title: `T${n}`, author: 'A', priceCents: 100 })
      const { body } = await request(api.url, 'POST', '/prebooks', { token, body: { book_id: bookId } })
      if (n < 4) created.unshift(body as object)
      else {
        const { broadcast } = await stock.set.mutate({ bookId, quantity: 2 })
        created.unshift({ ...(body as object), status: 'notified', notified_at: broadcast?.notifiedAt })
      }
    }
    expect(await api.stop('SIGKILL')).toBeNull()
  }

  await using api = await spawnApi({ databaseUrl: folder.databaseUrl, env: highLimits })

  const { status, body } = await request(api.url, 'GET', '/prebooks', { token })
  expect([status, body]).toEqual([200, { items: created, next_cursor: null }])
})

test('two processes can serve one database', async () => {
  await using shop = await startShop()
  await using second = await spawnApi({ databaseUrl: shop.api.databaseUrl, env: highLimits })
  const readers = await shop.signUpMany(10)
  const book = await shop.addBook(0)

  const urls = [shop.url, second.url]
  const created = await Promise.all(
    readers.map(({ token }, n) =>
      request(String(urls[n % 2]), 'POST', '/prebooks', { token, body: { book_id: book.id } }),
    ),
  )
  expect(created.map(({ status }) => status)).toEqual(readers.map(() => 201))
  const { broadcast } = await shop.admin.client.stock.set.mutate({ bookId: book.id, quantity: 1 })
  expect(broadcast?.notified).toBe(10)
  for (const { token } of readers) {
    const { body } = await request(second.url, 'GET', '/prebooks', { token })
    expect(body).toMatchObject({ items: [{ status: 'notified', notified_at: broadcast?.notifiedAt }] })
  }
})
