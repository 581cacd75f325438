import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { request, send } from './testing/http-request.ts'
import { startShop, type Shop } from './testing/shop.ts'

const shopWindow = 'https://window.example.org'

let shop: Shop
beforeAll(async () => {
  shop = await startShop({ CORS_ORIGINS: shopWindow })
})
afterAll(() => shop[Symbol.asyncDispose]())

/** How a browser marks a request that a page of this site makes, new browsers and old. */
const sameOrigin = () => ({ 'sec-fetch-site': 'same-origin', origin: shop.url })

/** A new reader whose session is in a cookie. */
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
  test('is kept where no page can read it, and its token is not in the answer', async () => {
    const { answer, setCookie, cookie } = await signInWithCookie()

    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ result: { data: { token: null, user: { role: 'reader' } } } })
    expect(setCookie).toEqual([
      expect.stringMatching(/^prebook_session=[a-z0-9]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/),
    ])
    expect(answer.text).not.toContain(cookie.split('=')[1])
  })

  test('signs in: a query may come from anywhere', async () => {
    const { cookie } = await signInWithCookie()

    const { body } = await request(shop.url, 'GET', '/trpc/auth.me', {
      headers: { cookie: `a=b; ${cookie}` },
    })

    expect(body).toMatchObject({ result: { data: { role: 'reader' } } })
  })

  test('can be had by opening an account, too', async () => {
    const { status, headers, body } = await request(shop.url, 'POST', '/trpc/auth.register', {
      body: { email: 'cookie@example.org', password: 'long enough', session: 'cookie' },
      headers: sameOrigin(),
    })

    expect([status, headers.getSetCookie().length]).toEqual([200, 1])
    expect(body).toMatchObject({ result: { data: { token: null } } })
  })

  test.each([{ 'trpc-accept': 'application/jsonl' }, { accept: 'application/jsonl' }])(
    'is not lost when the client would take an answer in pieces: %j',
    async (headers) => {
      const { email, password } = await shop.signUp()

      const answer = await request(shop.url, 'POST', '/trpc/auth.login?batch=1', {
        body: { 0: { email, password, session: 'cookie' } },
        headers: { ...headers, ...sameOrigin() },
      })

      expect(answer.status).toBe(200)
      expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^prebook_session=[a-z0-9]+;/)])
    },
  )

  test('ends with signing out, and the cookie is taken away', async () => {
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

describe('a change by cookie', () => {
  test.each([
    ['its Origin is this site', () => ({ origin: shop.url })],
    ['the browser calls it same-origin', () => ({ 'sec-fetch-site': 'same-origin' })],
    ['both say so', sameOrigin],
    ['its Origin is an allowed one', () => ({ origin: shopWindow, 'sec-fetch-site': 'cross-site' })],
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
    ['nothing says where it comes from', () => ({})],
    ['another site made it', () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })],
    ['another site made it, in an old browser', () => ({ origin: 'https://evil.example' })],
    [
      'a sister site made it',
      () => ({ origin: 'https://sister.example.org', 'sec-fetch-site': 'same-site' }),
    ],
    ['its Origin is opaque', () => ({ origin: 'null' })],
    ['its Origin only begins like this site', () => ({ origin: `${shop.url}.evil.example` })],
    ['its Origin is this site by another protocol', () => ({ origin: shop.url.replace('http:', 'https:') })],
    ['somebody typed an address', () => ({ 'sec-fetch-site': 'none' })],
  ])('is refused at both doors when %s, and nothing changes', async (_when, headers) => {
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

  test('is refused when its body is not declared as JSON, as forms and beacons send it', async () => {
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

  test('is refused for a sign-out that has no body as well', async () => {
    const { cookie } = await signInWithCookie()

    const { status, body } = await send(shop.url, 'POST', '/auth/logout', {
      headers: { cookie, origin: 'https://evil.example' },
    })

    expect([status, body]).toMatchObject([403, { code: 'CSRF_REFUSED' }])
    expect(await listWith(cookie)).toMatchObject({ items: [] })
  })
})

test('another site cannot sign a visitor in to an account of its own', async () => {
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

test('an Authorization header wins over a cookie, even when it is no good', async () => {
  const { cookie } = await signInWithCookie()
  const reader = await shop.signUp()
  const { id } = await shop.addBook(0)
  const body = { book_id: id }

  const asReader = await request(shop.url, 'POST', '/prebooks', {
    body,
    headers: { cookie },
    token: reader.token,
  })
  const asNobody = await request(shop.url, 'POST', '/prebooks', {
    body,
    headers: { cookie },
    token: 'no-token',
  })
  const otherScheme = await request(shop.url, 'GET', '/prebooks', {
    headers: { cookie, authorization: 'Basic YTpi' },
  })

  expect([asReader.status, asNobody.status, otherScheme.status]).toEqual([201, 401, 401])
  expect(await reader.client.prebooks.list.query({})).toMatchObject({ items: [{ bookId: id }] })
  expect(await listWith(cookie)).toMatchObject({ items: [] })
})

async function listWith(cookie: string): Promise<{ items: unknown[] }> {
  const { body } = await request(shop.url, 'GET', '/trpc/prebooks.list?input=%7B%7D', { headers: { cookie } })
  return (body as { result: { data: { items: unknown[] } } }).result.data
}
