import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { request } from './testing/http-request.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

type Operation = { operationId: string; responses: Record<string, unknown>; security?: unknown[] }
type Document = {
  openapi: string
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
}

async function readDocument(): Promise<{ document: Document; text: string }> {
  const { status, headers, body, text } = await request(shop.url, 'GET', '/openapi.json')
  expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^application\/json/)])
  return { document: body as Document, text }
}

describe('the OpenAPI document', () => {
  test('lists every route with its success status', async () => {
    const { document } = await readDocument()

    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]) => [
        `${method.toUpperCase()} ${path}`,
        Object.keys(responses).filter((status) => status.startsWith('2')),
      ]),
    )

    expect(document.openapi).toBe('3.1.0')
    expect(document.servers).toEqual([{ url: shop.url }])
    expect(Object.fromEntries(routes)).toStrictEqual({
      'POST /auth/register': ['201'],
      'POST /auth/login': ['200'],
      'POST /auth/logout': ['204'],
      'POST /auth/logout-everywhere': ['204'],
      'POST /auth/password-reset': ['202'],
      'POST /auth/password-reset/confirm': ['204'],
      'POST /auth/verify': ['204'],
      'POST /auth/invitations/accept': ['204'],
      'GET /account': ['200'],
      'PATCH /account': ['200'],
      'POST /account/password': ['204'],
      'POST /account/email': ['202'],
      'POST /account/verification': ['202'],
      'GET /account/sessions': ['200'],
      'DELETE /account/sessions': ['204'],
      'DELETE /account/sessions/{id}': ['204'],
      'GET /account/export': ['200'],
      'POST /account/erase': ['204'],
      'POST /books': ['201'],
      'GET /books': ['200'],
      'GET /books/suggest': ['200'],
      'GET /availability': ['200'],
      'POST /books/import': ['200'],
      'GET /books/overdue': ['200'],
      'POST /books/{id}/expect': ['200'],
      'GET /books/{id}': ['200'],
      'PATCH /books/{id}': ['200'],
      'GET /books/{id}/waitlist': ['200'],
      'GET /shop': ['200'],
      'GET /books/{id}/withdrawal/preview': ['200'],
      'POST /books/{id}/withdraw': ['200'],
      'POST /books/{id}/reinstate': ['200'],
      'GET /books/{id}/demand': ['200'],
      'PATCH /books/{id}/stock': ['200'],
      'POST /stock/batch': ['200'],
      'POST /books/{id}/stock/adjust': ['200'],
      'GET /books/{id}/stock/preview': ['200'],
      'GET /books/{id}/stock/history': ['200'],
      'GET /stock/changes': ['200'],
      'POST /prebooks': ['201'],
      'GET /prebooks': ['200'],
      'GET /prebooks/watch': ['200'],
      'GET /prebooks/challenge': ['200'],
      'POST /prebooks/requests': ['202'],
      'POST /prebooks/confirm': ['200'],
      'GET /prebooks/{id}': ['200'],
      'DELETE /prebooks/{id}': ['204'],
      'GET /demand': ['200'],
      'GET /demand/order-list': ['200'],
      'GET /demand.csv': ['200'],
      'GET /demand/order-list.csv': ['200'],
      'GET /books.csv': ['200'],
      'GET /books/{id}/demand.csv': ['200'],
      'GET /books/{id}/stock/history.csv': ['200'],
      'GET /deliveries.csv': ['200'],
      'GET /deliveries': ['200'],
      'POST /deliveries/redrive': ['200'],
      'POST /deliveries/{id}/lift-suppression': ['200'],
      'GET /users': ['200'],
      'GET /audit': ['200'],
      'POST /users/invitations': ['202'],
      'PATCH /users/{id}': ['200'],
      'GET /tokens': ['200'],
      'POST /tokens': ['201'],
      'POST /tokens/{id}/rotate': ['200'],
      'DELETE /tokens/{id}': ['204'],
    })
  })

  test('has unique operation ids and no broken references', async () => {
    const { document, text } = await readDocument()

    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    )
    expect(new Set(ids).size).toBe(ids.length)
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => String(match[1]))
    expect(references.length).toBeGreaterThan(10)
    for (const reference of references) {
      const target = reference
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document)
      expect(target).toBeTypeOf('object')
    }
  })

  test('uses the field names of REST', async () => {
    const { text } = await readDocument()
    const properties = [...text.matchAll(/"properties":\{"([^"]+)"/g)].map((match) => match[1])

    expect(properties.length).toBeGreaterThan(5)
    for (const name of ['priceCents', 'stockQuantity', 'bookId', 'nextCursor', 'notifiedAt', 'inStock']) {
      expect(text).not.toContain(name)
    }
    for (const name of ['price', 'stock_quantity', 'book_id', 'next_cursor', 'notified_at', 'in_stock']) {
      expect(text).toContain(`"${name}"`)
    }
  })
})

describe('the documentation page', () => {
  test('has its scripts and styles served locally with the right content types', async () => {
    const { status, text, headers } = await request(shop.url, 'GET', '/docs')

    expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)])
    const needed = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => String(match[1]))
    expect(needed.length).toBeGreaterThan(2)
    for (const path of needed) {
      const file = await request(shop.url, 'GET', path)
      expect([path, file.status, file.text.length > 100]).toEqual([path, 200, true])
      const type = path.endsWith('.js') ? 'text/javascript' : path.endsWith('.css') ? 'text/css' : 'image/png'
      expect(file.headers.get('content-type')).toContain(type)
    }
  })

  test('refers to no other site, so it works offline and leaks nothing', async () => {
    const { text } = await request(shop.url, 'GET', '/docs')
    const start = await request(shop.url, 'GET', '/docs/start.js')

    expect(text).not.toMatch(/https?:|"\/\//)
    expect(start.text).not.toMatch(/https?:|'\/\//)
  })

  test('may run its own scripts and fetch the document, and nothing else', async () => {
    const { headers } = await request(shop.url, 'GET', '/docs')
    const policy = String(headers.get('content-security-policy'))

    expect(policy).toContain("default-src 'none'")
    expect(policy).toMatch(/script-src 'self'(;|$)/)
    expect(policy).toMatch(/connect-src 'self'(;|$)/)
    expect(policy).toMatch(/style-src 'self' 'unsafe-inline'(;|$)/)
  })

  test('is the redirect target of /', async () => {
    const { status, headers } = await request(shop.url, 'GET', '/')

    expect([status, headers.get('location')]).toEqual([302, '/docs'])
  })
})
