import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { PrebookError } from '@prebook/core'
import type { HttpEnvironment } from '../http/environment.ts'
import { readInput } from './read-input.ts'
import { restRoutes } from './routes.ts'

/** Reads the input that a request carries, or the refusal that it meets. */
async function read(method: string, path: string, address: string, init: RequestInit = {}): Promise<unknown> {
  const route = restRoutes.find((candidate) => candidate.method === method && candidate.path === path)
  if (route === undefined) throw new Error(`There is no route ${method} ${path}.`)
  let outcome: unknown
  const app = new Hono<HttpEnvironment>().on(method, path.replace('{id}', ':id'), async (c) => {
    try {
      outcome = await readInput(c, route)
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
  test('becomes exactly its cents, whatever a product with 100 would give', async () => {
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
  ])('that is written %s is %i cents', async (text, cents) => {
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
  ])('that is written %s is refused, not rounded', async (text) => {
    const input = await read('POST', '/books', '/books', { headers: json, body: `{"price":${text}}` })

    expect(input).toBeInstanceOf(PrebookError)
    expect(input).toMatchObject(refused('price'))
  })

  test('that is left out stays left out: the procedure says that it is required', async () => {
    expect(await post({ title: 'T' })).toStrictEqual({ title: 'T' })
  })
})

describe('a body', () => {
  test('gets the names of the procedure, its values untouched', async () => {
    const body = { title: ' T ', author: null, stock_quantity: 'many', isbn: [1] }

    expect(await post(body)).toStrictEqual({ title: ' T ', author: null, stockQuantity: 'many', isbn: [1] })
  })

  test('keeps a name that nobody knows, for the procedure to refuse', async () => {
    expect(await post({ publisher: 'P' })).toStrictEqual({ publisher: 'P' })
  })

  test.each(['priceCents', 'stockQuantity'])(
    'may not use the name that only the procedure has: %s',
    async (name) => {
      expect(await post({ [name]: 1 })).toMatchObject(refused(name))
    },
  )

  test('may not name what the address names', async () => {
    const init = { headers: json, body: '{"quantity":1,"bookId":2}' }

    expect(await read('PATCH', '/books/{id}/stock', '/books/1/stock', init)).toMatchObject(refused('bookId'))
  })

  test.each(['', '{', 'null', '[]', '"text"', '1'])('that is no JSON object is refused: %j', async (body) => {
    expect(await read('POST', '/books', '/books', { headers: json, body })).toMatchObject({
      ...refused(null),
      issues: [{ path: '', message: expect.stringMatching(/JSON/) }],
    })
  })

  test.each([{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/jsonp' }])(
    'is read only when it is declared as JSON, not with %j',
    async (headers) => {
      const body = new TextEncoder().encode('{}')

      expect(await read('POST', '/books', '/books', { headers, body })).toMatchObject({
        reason: 'UNSUPPORTED_MEDIA_TYPE',
      })
    },
  )

  test('may be left out where nothing is asked for', async () => {
    expect(await read('DELETE', '/prebooks/{id}', '/prebooks/7')).toStrictEqual({ prebookId: 7 })
    expect(await read('POST', '/auth/logout', '/auth/logout')).toStrictEqual({})
  })
})

describe('a query', () => {
  const query = (text: string) => read('GET', '/books', `/books?${text}`)

  test('is spelled out: numbers and truth values become what they are', async () => {
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
    'that spells nothing stays text, for the procedure to refuse: %s',
    async (text) => {
      const [, value] = text.split('=')

      expect(Object.values((await query(text)) as object)).toEqual([value])
    },
  )

  test('may not give a parameter twice, nor use the name that only the procedure has', async () => {
    expect(await query('limit=1&limit=2')).toMatchObject(refused('limit'))
    expect(await query('inStock=true')).toMatchObject(refused('inStock'))
  })
})

describe('an id in the address', () => {
  test.each([
    ['1', 1],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-1', -1],
    ['0', 0],
    ['abc', 'abc'],
    ['1.5', '1.5'],
    ['1e3', '1e3'],
    ['99999999999999999999', '99999999999999999999'],
  ])('that is written %s is read as %j', async (text, bookId) => {
    expect(await read('GET', '/books/{id}', `/books/${text}`)).toStrictEqual({ bookId })
  })
})
