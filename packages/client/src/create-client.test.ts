import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { createClient } from './index.ts'
import { answerWith, serve } from './testing/servers.ts'

const page = { items: [], nextCursor: null }

describe('the url option', () => {
  test.each([
    ['', '/trpc/books.list'],
    ['/', '/trpc/books.list'],
    ['///', '/trpc/books.list'],
    ['/shop', '/shop/trpc/books.list'],
    ['/shop/', '/shop/trpc/books.list'],
  ])('with the suffix %j requests %s', async (ending, path) => {
    await using server = await serve(answerWith(page))
    await createClient({ url: `${server.url}${ending}` }).books.list.query({})
    expect(server.requests).toEqual([`GET ${path}`])
  })

  test.each(['', 'books.example.org', 'localhost:8787', 'ftp://books.example.org', 'https://'])(
    '%j is rejected when the client is created',
    (url) => {
      const message = `createClient: url must be like https://books.example.org, not ${JSON.stringify(url)}.`
      expect(() => createClient({ url })).toThrow(new TypeError(message))
    },
  )

  test.each<[unknown, string]>([
    [undefined, 'url is undefined. Is the environment variable set that should contain it?'],
    [null, 'url is null. Is the environment variable set that should contain it?'],
    [new URL('https://books.example.org'), 'url must be a string, not "https://books.example.org/".'],
    ['undefined', 'url is undefined. Is the environment variable set that should contain it?'],
    ['https://reader:secret@books.example.org', 'must not contain a user name or a password.'],
    ['https://books.example.org\n', 'must not contain spaces or line breaks'],
    [' https://books.example.org', 'must not contain spaces or line breaks'],
    ['https://books.example.org/my shop', 'must not contain spaces or line breaks'],
    ['https://books.example.org?key=1', 'must not have a query or a fragment'],
    ['https://books.example.org/#/shop', 'must not have a query or a fragment'],
    ['https://books.example.org/trpc', 'must not contain /trpc, which the client adds'],
    ['https://books.example.org/shop/trpc/', 'must not contain /trpc, which the client adds'],
    ['https://books.example.org/trpc/books.list', 'must not contain /trpc, which the client adds'],
    ['https://https://books.example.org', 'must be like https://books.example.org'],
  ])('%j is rejected with the remedy', (url, message) => {
    expect(() => createClient({ url: url as string })).toThrow(message)
  })

  test.each(['https://trpc.example.org', 'https://books.example.org/trpc-shop', 'http://[::1]:8787'])(
    '%j is accepted',
    (url) => {
      expect(() => createClient({ url })).not.toThrow()
    },
  )
})

describe('the url option in a page', () => {
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'location')
  })

  test.each([
    ['/', 'https://books.example.org/trpc/books.list'],
    ['/shop', 'https://books.example.org/shop/trpc/books.list'],
    ['', 'https://books.example.org/catalogue/trpc/books.list'],
    ['https://elsewhere.example.org', 'https://elsewhere.example.org/trpc/books.list'],
  ])('can be relative: %j requests %s', async (url, expected) => {
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

describe('the timeoutMs option', () => {
  test.each([0, -1, Number.NaN, -Infinity])('%d is rejected when the client is created', (timeoutMs) => {
    expect(() => createClient({ url: 'http://127.0.0.1', timeoutMs })).toThrow(
      new TypeError('createClient: timeoutMs must be a number greater than 0.'),
    )
  })

  test('leaves no listeners on a signal that outlives its calls', async () => {
    await using server = await serve(answerWith(page))
    const { signal } = new AbortController()
    const client = createClient({ url: server.url })
    await client.books.list.query({}, { signal })
    await Promise.all([client.books.list.query({}, { signal }), client.books.list.query({}, { signal })])
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('the retries option', () => {
  test.each([-1, Number.NaN, '2'])('%j is rejected when the client is created', (retries) => {
    expect(() => createClient({ url: 'http://127.0.0.1', retries: retries as number })).toThrow(
      new TypeError('createClient: retries must be a number from 0, or a function.'),
    )
  })
})

describe('the credentials option', () => {
  test('is passed to fetch, and left out by default', async () => {
    const sent: unknown[] = []
    const options = {
      url: 'https://books.example.org',
      fetch: (_url: string, init: RequestInit) => {
        sent.push('credentials' in init ? init.credentials : 'left out')
        return Response.json([{ result: { data: page } }])
      },
    }
    await createClient(options).books.list.query({})
    await createClient({ ...options, credentials: 'include' }).books.list.query({})
    expect(sent).toEqual(['left out', 'include'])
  })
})

describe('the headers option', () => {
  test('adds headers to each request without replacing those of the client', async () => {
    const received: object[] = []
    await using server = await serve((request, response) => {
      const { authorization, 'x-shop': shop, 'content-type': contentType } = request.headers
      received.push({ authorization, shop, contentType })
      answerWith({ id: 1 })(request, response)
    })
    let calls = 0
    const options = { url: server.url, token: 'token' }
    const fixed = createClient({ ...options, headers: { 'X-Shop': 'north', Authorization: 'Basic abc' } })
    await fixed.books.get.query({ bookId: 1 })
    const dynamic = createClient({ ...options, headers: async () => ({ 'X-Shop': `visit ${++calls}` }) })
    await dynamic.prebooks.create.mutate({ bookId: 1 })
    await dynamic.prebooks.create.mutate({ bookId: 2 })
    expect(received).toEqual([
      { authorization: 'Bearer token', shop: 'north', contentType: undefined },
      { authorization: 'Bearer token', shop: 'visit 1', contentType: 'application/json' },
      { authorization: 'Bearer token', shop: 'visit 2', contentType: 'application/json' },
    ])
  })
})

describe('the fetch option', () => {
  test('is called for every request, and not as a method', async () => {
    await using server = await serve(answerWith(page))
    const sent: unknown[] = []
    const client = createClient({
      url: server.url,
      fetch(this: unknown, url, init) {
        sent.push([this, init.method, url.split('?')[0]])
        return fetch(url, init)
      },
    })
    expect(await client.books.list.query({})).toEqual(page)
    // The fetch of browsers throws if it is called as a method of another object.
    expect(sent).toEqual([[undefined, 'GET', `${server.url}/trpc/books.list`]])
  })

  test('can respond without a network', async () => {
    const client = createClient({
      url: 'https://books.example.org',
      fetch: () => Response.json([{ result: { data: page } }]),
    })
    expect(await client.books.list.query({})).toEqual(page)
  })
})

describe('concurrent calls', () => {
  test('share requests of up to ten calls and 8,000 characters', async () => {
    await using server = await serve((request, response) => {
      expect(String(request.url).length).toBeLessThanOrEqual(8_000)
      answerWith(page)(request, response)
    })
    const client = createClient({ url: server.url })
    await Promise.all(Array.from({ length: 25 }, () => client.books.list.query({})))
    expect(server.requests.map((request) => request.split(',').length)).toEqual([10, 10, 5])
    const query = '本'.repeat(200)
    await Promise.all(Array.from({ length: 10 }, () => client.books.list.query({ query })))
    expect(server.requests.slice(3).map((request) => request.split(',').length)).toEqual([4, 4, 2])
  })

  test('do not share requests with batch: false', async () => {
    await using server = await serve(answerWith(page))
    const client = createClient({ url: server.url, batch: false })
    const calls = Array.from({ length: 3 }, () => client.books.list.query({}))
    const together = client.books.list.query({}, { context: { batch: true } })
    expect(await Promise.all([...calls, together])).toEqual([page, page, page, page])
    expect(server.requests).toEqual(Array.from({ length: 4 }, () => 'GET /trpc/books.list'))
  })

  test('do not wait for each other if one of them opts out', async () => {
    const { promise: fastAnswered, resolve } = Promise.withResolvers<void>()
    await using server = await serve((request, response) => {
      if (request.url?.includes('books.list'))
        void fastAnswered.then(() => answerWith(page)(request, response))
      else answerWith({ id: 1 })(request, response)
    })
    const client = createClient({ url: server.url })
    const slow = [client.books.list.query({}), client.books.list.query({})]
    const fast = client.books.get.query({ bookId: 1 }, { context: { batch: false } })
    expect(await fast).toEqual({ id: 1 })
    resolve()
    await Promise.all(slow)
    expect(server.requests.toSorted()).toEqual(['GET /trpc/books.get', 'GET /trpc/books.list,books.list'])
  })
})
