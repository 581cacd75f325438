import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { createClient } from './index.ts'
import { answering, serve } from './testing/servers.ts'

const page = { items: [], nextCursor: null }

describe('the address', () => {
  test.each([
    ['', '/trpc/books.list'],
    ['/', '/trpc/books.list'],
    ['///', '/trpc/books.list'],
    ['/shop', '/shop/trpc/books.list'],
    ['/shop/', '/shop/trpc/books.list'],
    ['/?page=2#top', '/trpc/books.list'],
  ])('ending in %j leads to %s', async (ending, path) => {
    await using server = await serve(answering(page))
    await createClient({ url: `${server.url}${ending}` }).books.list.query({})
    expect(server.requests).toEqual([`GET ${path}`])
  })

  test.each([
    '',
    'books.example.org',
    'localhost:8787',
    'ftp://books.example.org',
    'https://',
    'https://reader:secret@books.example.org',
  ])('%j is refused when the client is made', (url) => {
    const sentence = `createClient: url must be like https://books.example.org, not ${JSON.stringify(url)}.`
    expect(() => createClient({ url })).toThrow(new TypeError(sentence))
  })
})

describe('the address in a page', () => {
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'location')
  })

  test.each([
    ['/', 'https://books.example.org/trpc/books.list'],
    ['/shop', 'https://books.example.org/shop/trpc/books.list'],
    ['', 'https://books.example.org/catalogue/trpc/books.list'],
    ['https://elsewhere.example.org', 'https://elsewhere.example.org/trpc/books.list'],
  ])('may be relative: %j leads to %s', async (url, expected) => {
    Reflect.set(globalThis, 'location', new URL('https://books.example.org/catalogue?page=2'))
    const sent: string[] = []
    const client = createClient({
      url,
      fetch(address) {
        sent.push(String(address.split('?')[0]))
        return Response.json([{ result: { data: page } }])
      },
    })
    await client.books.list.query({})
    expect(sent).toEqual([expected])
  })
})

describe('the time limit', () => {
  test.each([0, -1, Number.NaN, -Infinity])('%d is refused when the client is made', (timeoutMs) => {
    expect(() => createClient({ url: 'http://127.0.0.1', timeoutMs })).toThrow(
      new TypeError('createClient: timeoutMs must be above 0.'),
    )
  })

  test('leaves nothing behind on a signal that outlives its calls', async () => {
    await using server = await serve(answering(page))
    const { signal } = new AbortController()
    const client = createClient({ url: server.url })
    await client.books.list.query({}, { signal })
    await Promise.all([client.books.list.query({}, { signal }), client.books.list.query({}, { signal })])
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('the headers', () => {
  test('of the application go with each request, beside those of the client', async () => {
    const seen: object[] = []
    await using server = await serve((request, response) => {
      const { authorization, 'x-shop': shop, 'content-type': contentType } = request.headers
      seen.push({ authorization, shop, contentType })
      answering({ id: 1 })(request, response)
    })
    let calls = 0
    const options = { url: server.url, token: 'token' }
    const fixed = createClient({ ...options, headers: { 'X-Shop': 'north', Authorization: 'Basic abc' } })
    await fixed.books.get.query({ bookId: 1 })
    const lookedUp = createClient({ ...options, headers: async () => ({ 'X-Shop': `visit ${++calls}` }) })
    await lookedUp.prebooks.create.mutate({ bookId: 1 })
    await lookedUp.prebooks.create.mutate({ bookId: 2 })
    expect(seen).toEqual([
      { authorization: 'Bearer token', shop: 'north', contentType: undefined },
      { authorization: 'Bearer token', shop: 'visit 1', contentType: 'application/json' },
      { authorization: 'Bearer token', shop: 'visit 2', contentType: 'application/json' },
    ])
  })
})

describe('the given fetch', () => {
  test('sends every request, and is called as a function of its own', async () => {
    await using server = await serve(answering(page))
    const sent: unknown[] = []
    const client = createClient({
      url: server.url,
      fetch(this: unknown, url, init) {
        sent.push([this, init.method, url.split('?')[0]])
        return fetch(url, init)
      },
    })
    expect(await client.books.list.query({})).toEqual(page)
    // A browser's fetch refuses to be called as the method of something.
    expect(sent).toEqual([[undefined, 'GET', `${server.url}/trpc/books.list`]])
  })

  test('may answer by itself, without a network', async () => {
    const client = createClient({
      url: 'https://books.example.org',
      fetch: () => Response.json([{ result: { data: page } }]),
    })
    expect(await client.books.list.query({})).toEqual(page)
  })
})

describe('calls made at once', () => {
  test('share requests, of ten calls and 8,000 characters at most', async () => {
    await using server = await serve((request, response) => {
      expect(String(request.url).length).toBeLessThanOrEqual(8_000)
      answering(page)(request, response)
    })
    const client = createClient({ url: server.url })
    await Promise.all(Array.from({ length: 25 }, () => client.books.list.query({})))
    expect(server.requests.map((request) => request.split(',').length)).toEqual([10, 10, 5])
    const query = '本'.repeat(200)
    await Promise.all(Array.from({ length: 10 }, () => client.books.list.query({ query })))
    expect(server.requests.slice(3).map((request) => request.split(',').length)).toEqual([4, 4, 2])
  })
})
