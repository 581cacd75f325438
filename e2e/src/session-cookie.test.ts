import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { request, send } from './testing/http-request.ts'
import { startShop, type Shop } from './testing/shop.ts'

const allowedOrigin = 'https://window.example.org'

let shop: Shop
beforeAll(async () => {
  shop = await startShop({ CORS_ORIGINS: allowedOrigin })
})
afterAll(() => shop[Symbol.asyncDispose]())

/** The headers with which old and new browsers mark a request of a same-origin page. */
const sameOrigin = () => ({ 'sec-fetch-site': 'same-origin', origin: shop.url })

/** The two cookies of a sign-in: the session, and the proof that this device has signed in. */
const bothCookies = [
  expect.stringMatching(/^prebook_session=[a-z0-9]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/),
  expect.stringMatching(/^prebook_device=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/),
]

/** Signs in a new reader with a session cookie. */
async function signInWithCookie() {
  const { email, password, client } = await shop.signUp()
  const answer = await request(shop.url, 'POST', '/trpc/auth.login', {
    body: { email, password, session: 'cookie' },
    headers: sameOrigin(),
  })
  const setCookie = answer.headers.getSetCookie()
  return { answer, setCookie, cookie: String(setCookie[0]).split(';')[0] ?? '', client }
}

describe('a session in a cookie', () => {
  test('is HttpOnly, and its token is not in the response body', async () => {
    const { answer, setCookie, cookie } = await signInWithCookie()

    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ result: { data: { token: null, user: { role: 'reader' } } } })
    expect(setCookie).toEqual(bothCookies)
    expect(answer.text).not.toContain(cookie.split('=')[1])
  })

  test('authenticates queries from any origin', async () => {
    const { cookie } = await signInWithCookie()

    const { body } = await request(shop.url, 'GET', '/trpc/auth.me', {
      headers: { cookie: `a=b; ${cookie}` },
    })

    expect(body).toMatchObject({ result: { data: { role: 'reader' } } })
  })

  test('can be requested at registration too', async () => {
    const { status, headers, body } = await request(shop.url, 'POST', '/trpc/auth.register', {
      body: { email: 'cookie@example.org', password: 'long enough', session: 'cookie' },
      headers: sameOrigin(),
    })

    expect(status).toBe(200)
    expect(headers.getSetCookie()).toEqual(bothCookies)
    expect(body).toMatchObject({ result: { data: { token: null } } })
  })

  test('ends at sign-out, and the cookie is removed', async () => {
    const { cookie } = await signInWithCookie()
    const headers = { cookie, ...sameOrigin() }

    const signedOut = await request(shop.url, 'POST', '/trpc/auth.logout', { body: {}, headers })

    expect(signedOut.status).toBe(200)
    expect(signedOut.headers.getSetCookie()).toEqual([
      'prebook_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
    ])
    const { body } = await request(shop.url, 'GET', '/trpc/auth.me', { headers: { cookie } })
    expect(body).toEqual({ result: { data: null } })
  })
})

describe('a change with a session cookie', () => {
  test.each([
    ['its Origin is this site', () => ({ origin: shop.url })],
    ['the browser calls it same-origin', () => ({ 'sec-fetch-site': 'same-origin' })],
    ['both headers say so', sameOrigin],
    ['its Origin is allowed', () => ({ origin: allowedOrigin, 'sec-fetch-site': 'cross-site' })],
  ])('is carried out when %s', async (_when, headers) => {
    const { cookie, client } = await signInWithCookie()
    const { id } = await shop.addBook(0)

    const viaTrpc = await request(shop.url, 'POST', '/trpc/prebooks.create', {
      body: { bookId: id },
      headers: { cookie, ...headers() },
    })

    expect(viaTrpc.status).toBe(200)
    const { items } = await listWith(cookie)
    expect(items).toHaveLength(1)
    expect(await client.prebooks.list.query({})).toMatchObject({ items })
  })

  test.each([
    ['no header names its origin', () => ({})],
    ['another site sent it', () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })],
    ['another site sent it from an old browser', () => ({ origin: 'https://evil.example' })],
    [
      'a sibling site sent it',
      () => ({ origin: 'https://sibling.example.org', 'sec-fetch-site': 'same-site' }),
    ],
    ['its Origin is opaque', () => ({ origin: 'null' })],
    ['its Origin only starts with this site', () => ({ origin: `${shop.url}.evil.example` })],
    [
      'its Origin is this site with another protocol',
      () => ({ origin: shop.url.replace('http:', 'https:') }),
    ],
    ['it comes from the address bar', () => ({ 'sec-fetch-site': 'none' })],
  ])('is refused by both APIs when %s, and nothing changes', async (_when, headers) => {
    const { cookie } = await signInWithCookie()
    const { id } = await shop.addBook(0)
    const all = { cookie, ...headers() }

    const viaTrpc = await request(shop.url, 'POST', '/trpc/prebooks.create', {
      body: { bookId: id },
      headers: all,
    })
    const viaRest = await request(shop.url, 'POST', '/prebooks', { body: { book_id: id }, headers: all })

    expect([viaTrpc.status, viaRest.status]).toEqual([403, 403])
    expect(viaTrpc.body).toMatchObject({ error: { data: { reason: 'CSRF_REFUSED' } } })
    expect(viaRest.body).toMatchObject({ code: 'CSRF_REFUSED' })
    expect(await listWith(cookie)).toMatchObject({ items: [] })
  })

  test('is refused without a JSON content type, as sent by forms and beacons', async () => {
    const { cookie } = await signInWithCookie()
    const { id } = await shop.addBook(0)

    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const headers = { cookie, 'content-type': type, ...sameOrigin() }
      const viaTrpc = await send(shop.url, 'POST', '/trpc/prebooks.create', {
        headers,
        body: `{"bookId":${id}}`,
      })
      const viaRest = await send(shop.url, 'POST', '/prebooks', { headers, body: `{"book_id":${id}}` })
      for (const { status } of [viaTrpc, viaRest]) expect([403, 415]).toContain(status)
    }
    expect(await listWith(cookie)).toMatchObject({ items: [] })
  })

  test('is refused for a cross-site sign-out without a body', async () => {
    const { cookie } = await signInWithCookie()

    const { status, body } = await send(shop.url, 'POST', '/auth/logout', {
      headers: { cookie, origin: 'https://evil.example' },
    })

    expect([status, body]).toMatchObject([403, { code: 'CSRF_REFUSED' }])
    expect(await listWith(cookie)).toMatchObject({ items: [] })
  })
})

test('another site cannot sign a visitor in to an attacker’s account', async () => {
  const { email, password } = await shop.signUp()

  for (const headers of [{ origin: 'https://evil.example' }, {}]) {
    const answer = await request(shop.url, 'POST', '/trpc/auth.login', {
      body: { email, password, session: 'cookie' },
      headers,
    })
    expect(answer.status).toBe(403)
    expect(answer.headers.getSetCookie()).toEqual([])
  }
})

test('an Authorization header overrides a cookie, even when it is invalid', async () => {
  const { cookie } = await signInWithCookie()
  const reader = await shop.signUp()
  const { id } = await shop.addBook(0)
  const body = { book_id: id }

  const asReader = await request(shop.url, 'POST', '/prebooks', {
    body,
    headers: { cookie },
    token: reader.token,
  })
  const invalidToken = await request(shop.url, 'POST', '/prebooks', {
    body,
    headers: { cookie },
    token: 'no-token',
  })
  const otherScheme = await request(shop.url, 'GET', '/prebooks', {
    headers: { cookie, authorization: 'Basic YTpi' },
  })

  expect([asReader.status, invalidToken.status, otherScheme.status]).toEqual([201, 401, 401])
  expect(await reader.client.prebooks.list.query({})).toMatchObject({ items: [{ bookId: id }] })
  expect(await listWith(cookie)).toMatchObject({ items: [] })
})

async function listWith(cookie: string): Promise<{ items: unknown[] }> {
  const { body } = await request(shop.url, 'GET', '/trpc/prebooks.list?input=%7B%7D', { headers: { cookie } })
  return (body as { result: { data: { items: unknown[] } } }).result.data
}
