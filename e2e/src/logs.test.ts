import { afterAll, beforeAll, expect, test } from 'vitest'
import { request, send } from './testing/http-request.ts'
import { until } from './testing/processes.ts'
import { startShop, signIn, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop({ LOG_LEVEL: 'debug' })
})
afterAll(() => shop[Symbol.asyncDispose]())

type Line = Record<string, unknown>
const lines = (): Line[] =>
  shop.api
    .output()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)

/** Waits for the log line of a request and returns it. */
async function lineOf(requestId: string | null): Promise<Line> {
  await until(`request ${requestId} is logged`, () => lines().some((line) => line['requestId'] === requestId))
  return lines().find((line) => line['requestId'] === requestId) ?? {}
}

test('logs one line per request: method, path, status, milliseconds, and the reason of a refusal', async () => {
  const served = await request(shop.url, 'GET', '/books?query=private+words')
  const refused = await request(shop.url, 'POST', '/trpc/prebooks.create', { body: { bookId: 1 } })

  expect(await lineOf(served.headers.get('x-request-id'))).toStrictEqual({
    level: 30,
    time: expect.any(String),
    requestId: served.headers.get('x-request-id'),
    method: 'GET',
    path: '/books',
    status: 200,
    ms: expect.any(Number),
    msg: 'request',
  })
  expect(await lineOf(refused.headers.get('x-request-id'))).toMatchObject({
    path: '/trpc/prebooks.create',
    status: 401,
    reason: 'AUTH_REQUIRED',
  })
})

test('logs the version of the client, and nothing else of that header', async () => {
  for (const [sent, logged] of [
    ['0.1.0', '0.1.0'],
    ['12.34.567', '12.34.567'],
    ['0.1.0 <script>', undefined],
    ['reader@example.org', undefined],
    ['1.2', undefined],
  ]) {
    const { headers } = await request(shop.url, 'GET', '/books', {
      headers: { 'prebook-client': String(sent) },
    })
    expect((await lineOf(headers.get('x-request-id')))['client']).toBe(logged)
  }
})

test('never logs passwords, tokens or user input', async () => {
  const secrets = ['open sesame 1', 'wrong sesame 2', 'typo sesame 3', 'sesame-in-the-address']
  const [password, wrong, typo, inTheAddress] = secrets as [string, string, string, string]
  const email = 'secretive@example.org'
  const { body: registered } = await request(shop.url, 'POST', '/auth/register', {
    body: { email, password },
  })
  const reader = await signIn(shop.url, { email, password })
  const cookieLogin = await request(shop.url, 'POST', '/trpc/auth.login', {
    body: { email, password, session: 'cookie' },
    headers: { 'sec-fetch-site': 'same-origin' },
  })
  const cookie = String(cookieLogin.headers.getSetCookie()[0])
  const tokens = [
    (registered as { access_token: string }).access_token,
    reader.token,
    String(/=([^;]+)/.exec(cookie)?.[1]),
    shop.admin.token,
  ]
  const requests = [
    () => request(shop.url, 'POST', '/auth/login', { body: { email, password: wrong } }),
    () => request(shop.url, 'POST', '/trpc/auth.login', { body: { email, password: wrong, pasword: typo } }),
    () => request(shop.url, 'POST', '/auth/register', { body: { email, password: { text: typo } } }),
    () =>
      send(shop.url, 'POST', '/auth/login', {
        headers: { 'content-type': 'application/json' },
        body: `{"${typo}`,
      }),
    () => send(shop.url, 'POST', '/auth/login', { headers: { 'content-type': 'text/plain' }, body: typo }),
    () => request(shop.url, 'GET', `/books?token=${reader.token}&password=${inTheAddress}`),
    () =>
      request(
        shop.url,
        'GET',
        `/trpc/books.list?input=${encodeURIComponent(JSON.stringify({ query: typo }))}`,
      ),
    () => request(shop.url, 'GET', '/prebooks', { headers: { cookie: cookie.split(';')[0] ?? '' } }),
    () => request(shop.url, 'GET', '/prebooks', { token: `${reader.token}x` }),
    () => request(shop.url, 'POST', '/auth/logout', { token: reader.token }),
    () => request(shop.url, 'GET', '/prebooks', { token: reader.token }),
  ]
  for (const run of requests) await lineOf((await run()).headers.get('x-request-id'))

  const output = shop.api.output()
  for (const token of tokens) expect(token).toMatch(/^[a-z0-9]{40}$/)
  for (const secret of [...secrets, ...tokens, shop.admin.password, email])
    expect(output).not.toContain(secret)
})

test('every line is JSON with a time, a level and the id of its request', () => {
  const all = lines()

  expect(all.length).toBeGreaterThan(10)
  for (const line of all) expect(line).toMatchObject({ level: expect.any(Number), msg: expect.any(String) })
  for (const line of all) expect(String(line['time'])).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const startupLine = /^(serving requests|mail is off)/
  for (const line of all.filter(({ msg }) => !startupLine.test(String(msg)))) {
    expect(line).toMatchObject({ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  }
})

test('logs health probes at level debug only', async () => {
  await using quiet = await startShop()
  await request(quiet.url, 'GET', '/livez')
  await request(quiet.url, 'GET', '/readyz')
  const last = await request(quiet.url, 'GET', '/books')

  await until('the last request is logged', () =>
    quiet.api.output().includes(String(last.headers.get('x-request-id'))),
  )
  expect(quiet.api.output()).not.toMatch(/livez|readyz/)
  const probe = await request(shop.url, 'GET', '/livez')
  expect(await lineOf(probe.headers.get('x-request-id'))).toMatchObject({ level: 20, path: '/livez' })
})
