import { afterAll, beforeAll, expect, test } from 'vitest'
import { request } from './testing/http-request.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

async function postBook(price: unknown) {
  return request(shop.url, 'POST', '/books', {
    token: shop.admin.token,
    body: { title: 'T', author: 'A', price },
  })
}

/** Prices whose product with 100 is not a whole double, such as 19.99, and the limits of the range. */
const awkward = [
  19.99, 0.01, 0.07, 0.1, 0.29, 1.1, 1.15, 4.35, 8.2, 9.95, 10, 64.1, 1001.15, 99_999.99, 100_000,
]
const everyFewCents = Array.from({ length: 60 }, (_, n) => (n * 37 + 3) / 100)

test('returns a price exactly as sent, and as exact cents to typed clients', async () => {
  for (const price of [...awkward, ...everyFewCents]) {
    const { status, body, text } = await postBook(price)
    expect([price, status]).toEqual([price, 201])

    const { id } = body as { id: number }
    expect(text).toContain(`"price":${price},`)
    const { text: again } = await request(shop.url, 'GET', `/books/${id}`)
    expect(again).toBe(text)
    const { priceCents } = await shop.admin.client.books.get.query({ bookId: id })
    expect((priceCents / 100).toFixed(2)).toBe(price.toFixed(2))
  }
})

test.each([
  19.999,
  0.001,
  0,
  -1,
  -0.01,
  100_000_000_000_000,
  1e21,
  '19.99',
  '',
  null,
  true,
  [19.99],
  { amount: 19.99 },
])('rejects a price of %j instead of rounding it', async (price) => {
  const before = await shop.admin.client.books.list.query({ limit: 100 })

  const { status, body } = await postBook(price)

  expect(status).toBe(422)
  expect(body).toMatchObject({
    code: 'VALIDATION_ERROR',
    field: 'price',
    errors: [{ path: 'price', message: expect.any(String) }],
  })
  expect(await shop.admin.client.books.list.query({ limit: 100 })).toEqual(before)
})

const valid = { title: 'T', author: 'A', price: 1 }

test.each([
  ['publisher', { ...valid, publisher: 'P' }],
  ['priceCents', { ...valid, priceCents: 100 }],
  ['stockQuantity', { ...valid, stockQuantity: 1 }],
  ['stock_quantity', { ...valid, stock_quantity: 'many' }],
  ['price', { title: 'T', author: 'A' }],
])('names an invalid field exactly as the client wrote it: %s', async (field, body) => {
  const answer = await request(shop.url, 'POST', '/books', { token: shop.admin.token, body })

  expect([answer.status, answer.body]).toMatchObject([422, { field, errors: [{ path: field }] }])
  expect(answer.text.replaceAll(field, '')).not.toMatch(/[a-z][A-Z]/)
})

test('a message about a field starts with its name', async () => {
  const body = { ...valid, title: '' }

  const answer = await request(shop.url, 'POST', '/books', { token: shop.admin.token, body })

  expect(answer.body).toMatchObject({
    detail: 'title: Must not be empty.',
    code: 'VALIDATION_ERROR',
    field: 'title',
    errors: [{ path: 'title', message: 'Must not be empty.' }],
  })
})
