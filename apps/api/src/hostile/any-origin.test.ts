import { afterAll, describe, expect, test } from 'vitest'
import type { TestEngine } from '@prebook/db/testing'
import { runnableEngines, startHostileApi } from './hostile-api.ts'
import { addPerson } from './people.ts'
import type { Answer, Attempt } from './send.ts'
import { withoutTable } from './story.ts'

const SHOP = 'https://shop.example.org'
const DUNE = '9780441013593'
const availability = `/availability?isbn=${DUNE}`
const json = { 'content-type': 'application/json' }

/** Without an origin, from an allowed one, and from others. */
const origins: Record<string, string>[] = [
  {},
  { origin: SHOP },
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'null' },
]

/** Starts the service with an admin and a sold-out book. */
async function start(engine: TestEngine) {
  const api = await startHostileApi(engine, { CORS_ORIGINS: SHOP })
  const admin = await addPerson(api, 'admin@example.org', { role: 'admin' })
  const inactive = await addPerson(api, 'inactive@example.org', { active: false })
  const change = (method: string, path: string, fields: Record<string, unknown>) =>
    api.send({
      method,
      path,
      headers: { ...json, authorization: `Bearer ${admin.token}` },
      body: JSON.stringify(fields),
    })
  await change('POST', '/books', { title: 'Dune', author: 'Frank Herbert', price: 19.99, isbn: DUNE })
  const get = (path: string, headers: Record<string, string> = {}) =>
    api.send({ method: 'GET', path, headers })
  return { api, admin, inactive, change, get }
}

for (const engine of runnableEngines().slice(0, 1)) {
  const { api, admin, inactive, change, get } = await start(engine)
  afterAll(() => api[Symbol.asyncDispose]())

  describe('an address that pages of every origin may call', () => {
    const open = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'ETag, Retry-After, X-Request-Id',
    }
    const request = (body: string, headers: Record<string, string> = json): Attempt => ({
      method: 'POST',
      path: '/prebooks/requests',
      headers,
      body,
    })
    const expectOpen = ({ headers }: Answer) => {
      expect(headers).toMatchObject(open)
      expect(headers).not.toHaveProperty('access-control-allow-credentials')
      expect(headers.vary ?? '').not.toMatch(/origin|cookie/i)
    }

    test.each<[status: number, attempt: Attempt]>([
      [200, { method: 'GET', path: availability }],
      [200, { method: 'HEAD', path: availability }],
      [204, { method: 'OPTIONS', path: availability }],
      [405, { method: 'POST', path: availability }],
      [422, { method: 'GET', path: '/availability' }],
      [422, { method: 'GET', path: '/availability?isbn=1' }],
      [200, { method: 'GET', path: '/prebooks/challenge' }],
      [422, { method: 'GET', path: '/prebooks/challenge?x=1' }],
      [422, request('{}')],
      [422, request('{')],
      [415, request('email=a@example.org', { 'content-type': 'application/x-www-form-urlencoded' })],
      [413, request(JSON.stringify({ website: 'x'.repeat(100_000) }))],
    ])('allows every origin, without credentials, with a %i', async (status, attempt) => {
      for (const origin of origins) {
        const answer = await api.send({ ...attempt, headers: { ...attempt.headers, ...origin } })
        expect(answer.status).toBe(status)
        expectOpen(answer)
      }
    })

    test('allows every origin when something breaks', async () => {
      await withoutTable(api, 'books', async () => {
        const answer = await get(availability, { origin: 'https://evil.example' })
        expect([answer.status, answer.headers['cache-control']]).toEqual([500, 'no-store'])
        expectOpen(answer)
      })
    })

    test.each([
      ['/availability', 'GET'],
      ['/prebooks/challenge', 'GET'],
      ['/prebooks/requests', 'POST'],
    ])('answers a preflight: %s may be called by %s', async (path, method) => {
      for (const { origin = 'https://evil.example' } of origins) {
        const asked = {
          'access-control-request-method': method,
          'access-control-request-headers': 'content-type',
        }
        const { status, text, headers } = await api.send({
          method: 'OPTIONS',
          path,
          headers: { origin, ...asked },
        })
        expect([status, text]).toEqual([204, ''])
        expect(headers).toMatchObject({
          'access-control-allow-origin': '*',
          'access-control-allow-methods': method,
          'access-control-allow-headers': 'Content-Type',
          'access-control-max-age': '7200',
        })
        expect(headers).not.toHaveProperty('access-control-allow-credentials')
      }
    })

    test.each([
      '/prebooks',
      '/prebooks/1',
      '/prebooks/confirm',
      '/prebooks/watch',
      '/books/1',
      '/availability/',
      `/trpc/books.availability?input={"isbn":["${DUNE}"]}`,
      '/trpc/prebooks.request',
    ])('is not %s', async (path) => {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
        const answer = await api.send({ method, path, headers })
        expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
      }
    })
  })

  describe('the availability of books', () => {
    test('is one response for everybody, which shared caches may use for ten seconds', async () => {
      const plain = comparable(await get(availability))
      expect(plain).toMatchObject({
        status: 200,
        headers: { 'cache-control': 'public, max-age=10', vary: 'Accept-Encoding' },
      })
      for (const headers of [
        ...origins,
        { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
        { cookie: `prebook_session=${admin.token}` },
        { cookie: `prebook_session=${inactive.token}`, origin: api.url },
        { authorization: `Bearer ${admin.token}` },
        { authorization: `Bearer ${inactive.token}` },
        { authorization: 'Bearer pbk_nothing' },
        { 'idempotency-key': 'x' },
      ])
        expect(comparable(await get(availability, headers))).toEqual(plain)
    })

    test('looks up no session', async () => {
      await withoutTable(api, 'sessions', async () => {
        const { status } = await get(availability, { cookie: `prebook_session=${admin.token}` })
        expect(status).toBe(200)
      })
    })

    test('is the same for the same ISBNs in another order or spelling', async () => {
      const { text, headers } = await get(`${availability}&isbn=9780593098233`)
      for (const query of ['978-0-593-09823-3&isbn=0-441-01359-7', `${DUNE}&isbn=0593098234&isbn=${DUNE}`]) {
        const other = await get(`/availability?isbn=${query}`)
        expect([other.text, other.headers.etag]).toEqual([text, headers.etag])
      }
    })

    test('has a tag: it is not sent again until it changes', async () => {
      const { headers } = await get(availability)
      const known = { 'if-none-match': String(headers.etag) }
      const unchanged = await get(availability, known)
      expect([unchanged.status, unchanged.text]).toEqual([304, ''])
      for (const name of ['etag', 'cache-control', 'vary', 'access-control-allow-origin'] as const)
        expect(unchanged.headers[name]).toBe(headers[name])
      await change('PATCH', `/books/isbn/${DUNE}/stock`, { quantity: 1 })
      const changed = await get(availability, known)
      expect([changed.status, JSON.parse(changed.text)]).toMatchObject([
        200,
        { items: [{ isbn: DUNE, availability: 'in-stock', book_id: 1, waiting: 0 }] },
      ])
    })

    test.each([
      ['none', '', 'isbn'],
      ['a wrong one', `?isbn=${DUNE}&isbn=9780441013594`, 'isbn.1'],
      ['51', `?${Array.from({ length: 51 }, () => `isbn=${DUNE}`).join('&')}`, 'isbn'],
      ['another field', `?isbn=${DUNE}&cursor=1`, 'cursor'],
    ])('for %s is refused, and caches do not keep that', async (_what, query, field) => {
      const { status, text, headers } = await get(`/availability${query}`)
      expect([status, headers['cache-control']]).toEqual([422, 'no-store'])
      expect(JSON.parse(text)).toMatchObject({ code: 'VALIDATION_ERROR', field })
    })
  })
}

/** What is the same in all answers. */
function comparable({ status, text, headers: { date: _, 'x-request-id': __, ...headers } }: Answer) {
  return { status, text, headers }
}
