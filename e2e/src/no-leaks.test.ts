import { afterAll, beforeAll, expect, test } from 'vitest'
import { request, send, type Answer } from './testing/http-request.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** Patterns that reveal the internals of the server. */
const internals =
  /sqlite|\bselect \b|\bfrom users\b|insert into|at file:|node_modules|node:internal|\.ts:\d|zod|kysely|lucia|prebook\.db/i

const injections = [
  "'",
  "' or '1'='1",
  '1; drop table users;--',
  '" --',
  '\\',
  '%',
  '_',
  '${7*7}',
  '{{7*7}}',
  '\u202e',
  '😀',
  '../../etc/passwd',
]
const wrongTypes: unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  2 ** 53,
  [],
  {},
  { toString: 1 },
  [[1]],
  '',
  'x'.repeat(10_000),
  '\u0000',
  '\ud800',
]

const fields = [
  'email',
  'password',
  'title',
  'author',
  'price',
  'isbn',
  'description',
  'stock_quantity',
  'book_id',
  'quantity',
  'note',
]
const posts = ['/auth/register', '/auth/login', '/books', '/prebooks']

/** Generates hostile requests. */
function* hostileRequests(): Generator<() => Promise<Answer>> {
  const { url, admin } = shop
  const { token } = admin
  for (const value of [...injections, ...wrongTypes]) {
    const body = Object.fromEntries(fields.map((field) => [field, value]))
    for (const path of posts) {
      yield () => request(url, 'POST', path, { token, body })
      yield () => request(url, 'POST', path, { token, body: value })
    }
    yield () => request(url, 'PATCH', '/books/1/stock', { token, body: { quantity: value } })
    for (const name of [
      'auth.login',
      'books.create',
      'stock.set',
      'stock.adjust',
      'prebooks.create',
      'users.deactivate',
    ]) {
      yield () => request(url, 'POST', `/trpc/${name}`, { token, body: value })
      yield () =>
        request(url, 'POST', `/trpc/${name}`, { token, body: { bookId: value, userId: value, email: value } })
    }
    const input = encodeURIComponent(JSON.stringify({ query: value, cursor: value, bookId: value }))
    for (const name of [
      'books.list',
      'books.get',
      'users.list',
      'stock.history',
      'demand.top',
      'prebooks.get',
    ]) {
      yield () => request(url, 'GET', `/trpc/${name}?input=${input}`, { token })
    }
    const text = encodeURIComponent(
      typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value),
    ).slice(0, 2_000)
    for (const name of ['query', 'cursor', 'limit', 'in_stock', 'status', 'constructor']) {
      yield () => request(url, 'GET', `/books?${name}=${text}`)
      yield () => request(url, 'GET', `/prebooks?${name}=${text}`, { token })
    }
    yield () => request(url, 'GET', `/books/${text}`)
    yield () => request(url, 'DELETE', `/prebooks/${text}`, { token })
    yield () => request(url, 'GET', `/docs/${text}`)
    yield () =>
      request(url, 'GET', '/prebooks', {
        headers: { authorization: `Bearer ${text}`, cookie: `prebook_session=${text}` },
      })
  }
  const json = { 'content-type': 'application/json' }
  for (const body of [
    '{',
    '[',
    '['.repeat(100_000),
    '{"__proto__":{"role":"admin"}}',
    '{"constructor":{"prototype":{"x":1}}}',
  ]) {
    for (const path of [...posts, '/trpc/auth.login', '/trpc/auth.login?batch=1', '/trpc/nothing']) {
      yield () => send(url, 'POST', path, { headers: { ...json, authorization: `Bearer ${token}` }, body })
    }
  }
  for (const path of [
    '/%',
    '/%ff',
    '/books/%',
    '/trpc/%',
    '/trpc/__proto__',
    '/trpc/,,,?batch=1',
    '/trpc/auth.me?connectionParams=x',
  ]) {
    yield () => send(url, 'GET', path)
  }
}

test('no hostile request causes a server error or reveals internals of the server', async () => {
  let count = 0
  for (const run of hostileRequests()) {
    const { status, text, headers } = await run()
    count += 1
    expect([status < 500, text]).toEqual([true, text])
    expect(text).not.toMatch(internals)
    expect([...headers.values()].join('\n')).not.toMatch(internals)
  }
  expect(count).toBeGreaterThan(500)
  expect(shop.api.output()).not.toMatch(/"level":(50|60)|at file:|SqliteError/)
  expect(await shop.admin.client.books.list.query({})).toBeDefined()
})
