import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { request, send } from './testing/http-request.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const json = { 'content-type': 'application/json' }

describe('a path', () => {
  test.each([
    '/nowhere',
    '/books/1/2',
    '/prebooks/1/cancel',
    '/livez/x',
    '/.env',
    '/docs/../secret',
    '/docs/package.json',
  ])('that does not exist returns 404 as JSON: %s', async (path) => {
    const { status, headers, body } = await request(shop.url, 'GET', path)

    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    expect(body).toStrictEqual({
      type: '/docs/errors#ROUTE_NOT_FOUND',
      title: 'Endpoint not found.',
      status: 404,
      detail: 'Endpoint not found.',
      code: 'ROUTE_NOT_FOUND',
      request_id: headers.get('x-request-id'),
    })
  })

  test('of an unknown procedure returns 404 in the format of tRPC', async () => {
    const { status, body } = await request(shop.url, 'GET', '/trpc/books.destroy')

    expect(status).toBe(404)
    expect(body).toMatchObject({ error: { data: { reason: 'ROUTE_NOT_FOUND', code: 'NOT_FOUND' } } })
  })

  test.each([
    ['PUT', '/prebooks', 'GET, HEAD, POST, OPTIONS'],
    ['PATCH', '/books', 'GET, HEAD, POST, OPTIONS'],
    ['POST', '/books/1', 'GET, HEAD, PATCH, OPTIONS'],
    ['GET', '/books/import', 'POST, OPTIONS'],
    ['DELETE', '/books/isbn/9780441013593', 'GET, HEAD, PATCH, OPTIONS'],
    ['GET', '/books/1/stock', 'PATCH, OPTIONS'],
    ['PATCH', '/prebooks/1', 'GET, HEAD, DELETE, OPTIONS'],
    ['DELETE', '/prebooks/watch', 'GET, HEAD, OPTIONS'],
    ['GET', '/auth/login', 'POST, OPTIONS'],
    ['DELETE', '/auth/logout', 'POST, OPTIONS'],
  ])('allows only its methods: %s %s', async (method, path, allowed) => {
    const { status, headers, body } = await request(shop.url, method, path, { token: shop.admin.token })

    expect(status).toBe(405)
    expect(headers.get('allow')).toBe(allowed)
    expect(body).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
  })

  test('of a mutation cannot be fetched with GET, so links and images cannot trigger it', async () => {
    const { id } = await shop.addBook(0)
    const input = encodeURIComponent(JSON.stringify({ bookId: id }))

    const answer = await request(shop.url, 'GET', `/trpc/prebooks.create?input=${input}`, {
      token: shop.admin.token,
    })

    expect(answer.status).toBe(405)
    expect(answer.body).toMatchObject({ error: { data: { reason: 'METHOD_NOT_ALLOWED' } } })
  })

  test.each([
    '0',
    '-1',
    'abc',
    '9007199254740993',
    '99999999999999999999',
    '1.5',
    '1e3',
    '0x1',
    '%20',
    '%00',
    '1%2F2',
    "1'",
  ])('with an id of %s is rejected, and the error names the id', async (id) => {
    const { token } = shop.admin
    const answers = [
      await request(shop.url, 'GET', `/books/${id}`),
      await request(shop.url, 'PATCH', `/books/${id}/stock`, { token, body: { quantity: 1 } }),
      await request(shop.url, 'DELETE', `/prebooks/${id}`, { token }),
    ]
    for (const { status, body } of answers) {
      expect([status, body]).toMatchObject([
        422,
        { code: 'VALIDATION_ERROR', field: 'id', errors: [{ path: 'id', message: expect.any(String) }] },
      ])
    }
  })
})

describe('a body', () => {
  test.each(['', '{', '{"book_id":', 'null', '[]', '"text"', '5', '\u0000'])(
    'that is not a JSON object is rejected by both APIs: %j',
    async (body) => {
      const headers = { ...json, authorization: `Bearer ${shop.admin.token}` }

      const rest = await send(shop.url, 'POST', '/prebooks', { headers, body })
      const trpc = await send(shop.url, 'POST', '/trpc/prebooks.create', { headers, body })

      expect([rest.status, rest.body]).toMatchObject([422, { code: 'VALIDATION_ERROR', errors: [{}] }])
      expect([trpc.status, trpc.body]).toMatchObject([
        400,
        { error: { data: { reason: 'VALIDATION_ERROR' } } },
      ])
    },
  )

  test.each([
    'text/plain',
    'application/xml',
    'application/jsonp',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    undefined,
  ])('with the content type %s is rejected by both APIs', async (type) => {
    const headers = {
      authorization: `Bearer ${shop.admin.token}`,
      ...(type !== undefined && { 'content-type': type }),
    }
    const body = (text: string) => new TextEncoder().encode(text)

    const rest = await send(shop.url, 'POST', '/prebooks', { headers, body: body('{"book_id":1}') })
    const trpc = await send(shop.url, 'POST', '/trpc/prebooks.create', {
      headers,
      body: body('{"bookId":1}'),
    })

    expect([rest.status, rest.body]).toMatchObject([415, { code: 'UNSUPPORTED_MEDIA_TYPE' }])
    expect([trpc.status, trpc.body]).toMatchObject([
      415,
      { error: { data: { reason: 'UNSUPPORTED_MEDIA_TYPE' } } },
    ])
  })

  test('may declare its character set', async () => {
    const { id } = await shop.addBook(0)
    const reader = await shop.signUp()

    const { status } = await send(shop.url, 'POST', '/prebooks', {
      headers: { 'content-type': 'application/json; charset=utf-8', authorization: `bearer ${reader.token}` },
      body: JSON.stringify({ book_id: id }),
    })

    expect(status).toBe(201)
  })

  const large = JSON.stringify({ email: 'large@example.org', password: 'x'.repeat(3_000_000) })
  test.each([
    ['with a length', () => ({ body: large })],
    ['in chunks', () => ({ body: new Blob([large]).stream(), duplex: 'half' as const })],
  ])('of more than three megabytes, %s, is rejected by both APIs', async (_how, init) => {
    const rest = await send(shop.url, 'POST', '/auth/register', { headers: json, ...init() })
    const trpc = await send(shop.url, 'POST', '/trpc/auth.register', { headers: json, ...init() })

    expect([rest.status, rest.body]).toMatchObject([413, { code: 'PAYLOAD_TOO_LARGE' }])
    expect([trpc.status, trpc.body]).toMatchObject([
      413,
      { error: { data: { reason: 'PAYLOAD_TOO_LARGE' } } },
    ])
    // The rest of the body is still on the connection, so another request on it would be lost.
    for (const { headers } of [rest, trpc]) expect(headers.get('connection')).toBe('close')
  })
})

describe('a batch', () => {
  const call = (count: number) => {
    const names = Array.from({ length: count }, () => 'books.list').join(',')
    const input = JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [n, {}])))
    return request(shop.url, 'GET', `/trpc/${names}?batch=1&input=${encodeURIComponent(input)}`)
  }

  test('of ten calls is served, of eleven rejected', async () => {
    const [ten, eleven] = [await call(10), await call(11)]

    expect([ten.status, (ten.body as unknown[]).length]).toEqual([200, 10])
    expect(eleven.status).toBe(400)
    expect(eleven.body).toMatchObject({ error: { data: { reason: 'BATCH_TOO_LARGE' } } })
  })

  test('from the typed client is never too large', async () => {
    const books = await Promise.all([1, 2, 3].map(() => shop.addBook(0)))
    const requested = Array.from({ length: 35 }, (_, n) => Number(books[n % 3]?.id))

    const found = await Promise.all(
      requested.map((bookId) => shop.anonymous().client.books.get.query({ bookId })),
    )

    expect(found.map(({ id }) => id)).toEqual(requested)
  })

  test('returns independent results for its calls', async () => {
    const { books } = shop.anonymous().client
    const { id } = await shop.addBook(0)

    const outcomes = await Promise.allSettled([
      books.get.query({ bookId: id }),
      books.get.query({ bookId: 987_654 }),
    ])

    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { id } },
      { status: 'rejected', reason: { data: { reason: 'BOOK_NOT_FOUND' } } },
    ])
  })
})
