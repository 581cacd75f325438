import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { PrebookError } from '@prebook/core'
import type { HttpEnvironment } from '../http/environment.ts'
import type { Services } from '@prebook/server'
import { readInput } from './read-input.ts'
import { restRoutes } from './routes.ts'

// Only a book that is named by its ISBN is looked up.
const noServices = { currency: { code: 'EUR' } } as Services

/** Reads the input of a request; returns the error if it is rejected. */
async function read(method: string, path: string, address: string, init: RequestInit = {}): Promise<unknown> {
  const route = restRoutes.find((candidate) => candidate.method === method && candidate.path === path)
  if (route === undefined) throw new Error(`There is no route ${method} ${path}.`)
  let outcome: unknown
  const app = new Hono<HttpEnvironment>().on(method, path.replace('{id}', ':id'), async (c) => {
    try {
      outcome = await readInput(c, route, noServices)
    } catch (error) {
      outcome = error
    }
    return c.body(null)
  })
  await app.request(address, { ...init, method })
  return outcome
}

const json = { 'content-type': 'application/json' }
const post = (body: unknown) =>
  read('POST', '/books', '/books', { headers: json, body: JSON.stringify(body) })
const refused = (field: string | null) => ({ reason: 'VALIDATION_ERROR', field })

describe('a price', () => {
  test('becomes its exact cents, without floating-point errors', async () => {
    const wrong: number[] = []
    for (let cents = 0; cents <= 100_000_00; cents += cents < 3_000 ? 1 : 9_973) {
      const input = await post({ price: cents / 100 })
      if ((input as { priceCents: number }).priceCents !== cents) wrong.push(cents)
    }
    expect(wrong).toEqual([])
  })

  test.each([
    ['19.99', 1999],
    ['19.9', 1990],
    ['19.90', 1990],
    ['1999e-2', 1999],
    ['100000', 10_000_000],
    ['0', 0],
  ])('written as %s is %i cents', async (text, cents) => {
    const input = await read('POST', '/books', '/books', { headers: json, body: `{"price":${text}}` })

    expect(input).toStrictEqual({ priceCents: cents })
  })

  test.each([
    '19.999',
    '0.001',
    '-1',
    '-0.01',
    '1e-7',
    '1e21',
    '"19.99"',
    '"free"',
    'null',
    'true',
    '[1]',
    '{}',
  ])('written as %s is rejected, not rounded', async (text) => {
    const input = await read('POST', '/books', '/books', { headers: json, body: `{"price":${text}}` })

    expect(input).toBeInstanceOf(PrebookError)
    expect(input).toMatchObject(refused('price'))
  })

  test('may be missing here: the procedure requires it', async () => {
    expect(await post({ title: 'T' })).toStrictEqual({ title: 'T' })
  })
})

describe('a body', () => {
  test('gets the names of the procedure, with unchanged values', async () => {
    const body = { title: ' T ', author: null, stock_quantity: 'many', isbn: [1] }

    expect(await post(body)).toStrictEqual({ title: ' T ', author: null, stockQuantity: 'many', isbn: [1] })
  })

  test('keeps an unknown name, for the procedure to reject', async () => {
    expect(await post({ publisher: 'P' })).toStrictEqual({ publisher: 'P' })
  })

  test.each(['priceCents', 'stockQuantity'])(
    'may not use the procedure’s name of a field: %s',
    async (name) => {
      expect(await post({ [name]: 1 })).toMatchObject(refused(name))
    },
  )

  test('may not contain the field in the path', async () => {
    const init = { headers: json, body: '{"quantity":1,"bookId":2}' }

    expect(await read('PATCH', '/books/{id}/stock', '/books/1/stock', init)).toMatchObject(refused('bookId'))
  })

  test.each(['', '{', 'null', '[]', '"text"', '1'])(
    'that is not a JSON object is rejected: %j',
    async (body) => {
      expect(await read('POST', '/books', '/books', { headers: json, body })).toMatchObject({
        ...refused(null),
        issues: [{ path: '', message: expect.stringMatching(/JSON/) }],
      })
    },
  )

  test.each([{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/jsonp' }])(
    'is read only with a JSON content type, not with %j',
    async (headers) => {
      const body = new TextEncoder().encode('{}')

      expect(await read('POST', '/books', '/books', { headers, body })).toMatchObject({
        reason: 'UNSUPPORTED_MEDIA_TYPE',
      })
    },
  )

  test('may be missing when the route has no fields', async () => {
    expect(await read('DELETE', '/prebooks/{id}', '/prebooks/7')).toStrictEqual({ prebookId: 7 })
    expect(await read('POST', '/auth/logout', '/auth/logout')).toStrictEqual({})
  })
})

describe('a list', () => {
  const importRows = (rows: unknown) =>
    read('POST', '/books/import', '/books/import', {
      headers: json,
      body: JSON.stringify({ rows, dry_run: true }),
    })

  test('gets the names of the procedure in each item', async () => {
    const row = { title: 'T', price: 19.99, stock_quantity: 1, publisher: 'P' }

    expect(await importRows([row, {}, null, 'row', [1]])).toStrictEqual({
      rows: [{ title: 'T', priceCents: 1999, stockQuantity: 1, publisher: 'P' }, {}, null, 'row', [1]],
      dryRun: true,
    })
  })

  test('is passed on with a price that no procedure accepts, so that only its item is rejected', async () => {
    expect(await importRows([{ price: 19.999 }, { price: 'free' }])).toStrictEqual({
      rows: [{ priceCents: Number.NaN }, { priceCents: Number.NaN }],
      dryRun: true,
    })
  })

  test('may not use the procedure’s name of a field', async () => {
    // Marked as unknown, for the procedure to reject the item.
    expect(await importRows([{}, { priceCents: 1 }])).toStrictEqual({
      rows: [{}, { 'priceCents ': 1 }],
      dryRun: true,
    })
  })

  test.each([null, 'rows', {}, 1])('that is none is left to the procedure: %j', async (rows) => {
    expect(await importRows(rows)).toStrictEqual({ rows, dryRun: true })
  })
})

describe('a query', () => {
  const query = (text: string) => read('GET', '/books', `/books?${text}`)

  test('is parsed: numbers and booleans are converted', async () => {
    expect(await query('limit=20&in_stock=true&query=a+b%20c&cursor=12')).toStrictEqual({
      limit: 20,
      inStock: true,
      query: 'a b c',
      cursor: '12',
    })
    expect(await query('in_stock=false')).toStrictEqual({ inStock: false })
    expect(await query('')).toStrictEqual({})
  })

  test.each(['limit=x', 'limit=', 'limit=1.5', 'limit=0x10', 'in_stock=yes', 'in_stock=TRUE', 'in_stock='])(
    'with an invalid value stays text, for the procedure to reject: %s',
    async (text) => {
      const [, value] = text.split('=')

      expect(Object.values((await query(text)) as object)).toEqual([value])
    },
  )

  test('has its fixed words in snake_case, and the names of procedures as they are', async () => {
    expect(await read('GET', '/demand', '/demand?order=joined_lately')).toStrictEqual({
      order: 'joinedLately',
    })
    expect(await read('GET', '/demand', '/demand?order=newest')).toStrictEqual({ order: 'newest' })
    expect(await read('GET', '/audit', '/audit?action=deliveries.liftSuppression')).toStrictEqual({
      action: 'deliveries.liftSuppression',
    })
  })

  test('may be written in several ways', async () => {
    const preview = (text: string) =>
      read('GET', '/books/{id}/stock/preview', `/books/1/stock/preview?${text}`)

    expect(await preview('quantity=5')).toStrictEqual({ bookId: 1, quantity: 5 })
    expect(await preview('delta=-5')).toStrictEqual({ bookId: 1, delta: -5 })
  })

  test('has no parameters on a route without input', async () => {
    expect(await read('GET', '/account', '/account')).toStrictEqual({})
    expect(await read('GET', '/account', '/account?limit=1')).toMatchObject(refused('limit'))
  })

  test('may not repeat a parameter or use the procedure’s name of a field', async () => {
    expect(await query('limit=1&limit=2')).toMatchObject(refused('limit'))
    expect(await query('inStock=true')).toMatchObject(refused('inStock'))
  })
})

describe('a list in a query', () => {
  const query = (text: string) => read('GET', '/availability', `/availability?${text}`)

  test('repeats its name', async () => {
    expect(await query('isbn=a&isbn=b%20c')).toStrictEqual({ isbn: ['a', 'b c'] })
    expect(await query('isbn=a,b')).toStrictEqual({ isbn: ['a,b'] })
    expect(await query('isbn=')).toStrictEqual({ isbn: [''] })
    expect(await query('')).toStrictEqual({})
  })
})

describe('an id in the path', () => {
  test.each([
    ['1', 1],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-1', -1],
    ['0', 0],
    ['abc', 'abc'],
    ['1.5', '1.5'],
    ['1e3', '1e3'],
    ['99999999999999999999', '99999999999999999999'],
  ])('written as %s is read as %j', async (text, bookId) => {
    expect(await read('GET', '/books/{id}', `/books/${text}`)).toStrictEqual({ bookId })
  })
})
