import { text } from 'node:stream/consumers'
import { getUntypedClient } from '@trpc/client'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createClient, explainError, type PrebookClient, type RetryEvent } from './index.ts'
import { caught } from './testing/caught.ts'
import {
  answerWith,
  closeConnection,
  refuseWith,
  respondWith,
  serve,
  serveInSequence,
} from './testing/servers.ts'

const page = { items: [], nextCursor: null }

describe('a query is retried', () => {
  test.each([
    ['closes the connection', closeConnection],
    ['is replaced by the 503 of a proxy', respondWith('<h1>Unavailable</h1>', 503)],
    ['is busy', refuseWith('STORE_BUSY')],
  ])('if the server %s', async (_, failing) => {
    await using server = await serveInSequence(failing, failing, answerWith(page))
    expect(await createClient({ url: server.url }).books.list.query({})).toEqual(page)
    expect(server.requests).toEqual(Array.from({ length: 3 }, () => 'GET /trpc/books.list'))
  })

  test('up to three attempts, then fails with the original failure', async () => {
    await using server = await serve(closeConnection)
    const error = await caught(createClient({ url: server.url }).books.list.query({}))
    expect(explainError(error)).toMatchObject({ kind: 'unreachable' })
    expect(server.requests).toHaveLength(3)
  })

  test('not before the delay that the server requests', async () => {
    const times: number[] = []
    const busy = refuseWith('STORE_BUSY', { retryAfterSeconds: 1 })
    await using server = await serveInSequence(
      (request, response) => {
        times.push(performance.now())
        busy(request, response)
      },
      (request, response) => {
        times.push(performance.now())
        answerWith(page)(request, response)
      },
    )
    await createClient({ url: server.url }).books.list.query({})
    const [first = 0, second = 0] = times
    expect(second - first).toBeGreaterThanOrEqual(1000)
  })

  test('with growing, randomized delays', async () => {
    const measureDelays = async () => {
      const times: number[] = []
      await using server = await serve((request, response) => {
        times.push(performance.now())
        closeConnection(request, response)
      })
      await caught(createClient({ url: server.url }).books.list.query({}))
      const [first = 0, second = 0, third = 0] = times
      return [second - first, third - second] as const
    }
    const all = await Promise.all(Array.from({ length: 8 }, measureDelays))
    // At least half of 200 ms and of 400 ms. There is no upper bound on a busy machine.
    for (const [first, second] of all) {
      expect(first).toBeGreaterThanOrEqual(99)
      expect(second).toBeGreaterThanOrEqual(199)
    }
    expect(new Set(all.map(([first]) => first.toFixed(1))).size).toBeGreaterThan(1)
  })
})

describe('a mutation is retried', () => {
  test.each(['STORE_BUSY', 'RATE_LIMITED'])(
    'if it was refused with %s, since nothing was changed',
    async (reason) => {
      const refusing = refuseWith(reason, { retryAfterSeconds: 0 })
      await using server = await serveInSequence(refusing, refusing, answerWith({ id: 1 }))
      expect(await createClient({ url: server.url }).prebooks.create.mutate({ bookId: 1 })).toEqual({ id: 1 })
      expect(server.requests).toEqual(Array.from({ length: 3 }, () => 'POST /trpc/prebooks.create'))
    },
  )

  test.each([
    ['stock.set', { bookId: 1, quantity: 5 }],
    ['stock.adjust', { bookId: 1, delta: 5 }],
    ['stock.batch', { lines: [{ bookId: 1, delta: 5 }] }],
  ] as const)('if it is %s and the server is unreachable, with the same key', async (path, input) => {
    const bodies: string[] = []
    const failing = [closeConnection, respondWith('<h1>Bad gateway</h1>', 502), answerWith({ ok: true })]
    await using server = await serve((request, response) => {
      void text(request).then((body) => failing[bodies.push(body) - 1]?.(request, response))
    })
    const untyped = getUntypedClient(createClient({ url: server.url }))
    expect(await untyped.mutation(path, input)).toEqual({ ok: true })
    const [first, ...others] = bodies
    expect(JSON.parse(String(first))).toEqual({
      0: { ...input, idempotencyKey: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    })
    expect(others).toEqual([first, first])
  })
})

describe('an idempotency key', () => {
  const keyOf = (body: string) => (JSON.parse(body) as { 0: { idempotencyKey?: unknown } })[0].idempotencyKey

  /** The bodies that calls send. */
  async function sentBy(call: (client: PrebookClient) => Promise<unknown>): Promise<string[]> {
    const bodies: string[] = []
    await using server = await serve((request, response) => {
      void text(request).then((body) => bodies.push(body) && answerWith({})(request, response))
    })
    await call(createClient({ url: server.url, batch: false }))
    return bodies
  }

  test('is new for each call', async () => {
    const bodies = await sentBy(async (client) => {
      for (let call = 0; call < 3; call += 1) await client.stock.adjust.mutate({ bookId: 1, delta: 1 })
    })
    expect(new Set(bodies.map(keyOf)).size).toBe(3)
  })

  test('of the caller wins', async () => {
    const idempotencyKey = 'delivery-17'
    const [body = ''] = await sentBy((client) =>
      client.stock.set.mutate({ bookId: 1, quantity: 5, idempotencyKey }),
    )
    expect(keyOf(body)).toBe(idempotencyKey)
  })

  test('is sent to no other procedure, and the input of the caller stays as it is', async () => {
    const input = { bookId: 1, quantity: 5, idempotencyKey: undefined }
    const [create = '', set = ''] = await sentBy(async (client) => {
      await client.prebooks.create.mutate({ bookId: 1 })
      await client.stock.set.mutate(input)
    })
    expect(keyOf(create)).toBeUndefined()
    expect(keyOf(set)).toEqual(expect.any(String))
    expect(input.idempotencyKey).toBeUndefined()
  })

  const { crypto } = globalThis
  test.each([
    [
      'in a page without HTTPS',
      { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) },
    ],
    ['in a runtime without crypto', undefined],
  ])('exists %s', async (_, stub) => {
    const client = (keys: string[]) =>
      createClient({
        url: 'https://books.example.org',
        fetch(_url, { body }) {
          keys.push(String(keyOf(body as string)))
          return Response.json([{ result: { data: {} } }])
        },
      })
    const keys: string[] = []
    vi.stubGlobal('crypto', stub)
    onTestFinished(() => void vi.unstubAllGlobals())
    for (let call = 0; call < 10; call += 1) await client(keys).stock.set.mutate({ bookId: 1, quantity: 1 })
    expect(new Set(keys).size).toBe(10)
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('nothing is retried', () => {
  test.each([
    ['closes the connection', closeConnection, 'unreachable'],
    ['is replaced by the 503 of a proxy', respondWith('<h1>Unavailable</h1>', 503), 'unreachable'],
    ['has an internal error', refuseWith('INTERNAL_ERROR'), 'refused'],
  ])('if a mutation without a key fails because the server %s', async (_, failing, kind) => {
    await using server = await serveInSequence(failing, answerWith({ id: 1 }))
    const error = await caught(createClient({ url: server.url }).prebooks.create.mutate({ bookId: 1 }))
    expect(explainError(error)).toMatchObject({ kind })
    expect(server.requests).toEqual(['POST /trpc/prebooks.create'])
  })

  test.each([
    ['refuses permanently', refuseWith('BOOK_NOT_FOUND'), 'refused'],
    ['has an internal error', refuseWith('INTERNAL_ERROR'), 'refused'],
    [
      'requests a longer delay than the time limit',
      refuseWith('STORE_BUSY', { retryAfterSeconds: 30 }),
      'refused',
    ],
    ['is newer and refuses with an unknown reason', refuseWith('STORE_ASLEEP'), 'unknown-reason'],
    ['is not Prebook', respondWith('<h1>It works!</h1>'), 'not-prebook'],
  ])('if a query fails because the server %s', async (_, failing, kind) => {
    await using server = await serveInSequence(failing, answerWith(page))
    const error = await caught(createClient({ url: server.url }).books.list.query({}))
    expect(explainError(error)).toMatchObject({ kind })
    expect(server.requests).toHaveLength(1)
  })

  test('after a query is aborted during its delay', async () => {
    const controller = new AbortController()
    await using server = await serve((request, response) => {
      if (request.url?.includes('books.get')) controller.abort()
      closeConnection(request, response)
    })
    const client = createClient({ url: server.url })
    const call = client.books.get.query({ bookId: 1 }, { signal: controller.signal })
    expect(explainError(await caught(call))).toMatchObject({ kind: 'aborted' })
    // Meanwhile another query runs through all its delays, which take longer than the first delay can.
    await caught(client.books.list.query({}))
    expect(server.requests.filter((request) => request.includes('books.get'))).toHaveLength(1)
  })
})

test('only the calls of a batch that failed temporarily are retried', async () => {
  const busy = { code: -32503, message: 'Busy.', data: { reason: 'STORE_BUSY' } }
  const mixed = JSON.stringify([{ result: { data: page } }, { error: busy }])
  await using server = await serveInSequence(
    respondWith(mixed, 207, 'application/json'),
    answerWith({ id: 7 }),
  )
  const client = createClient({ url: server.url })
  const [list, book] = await Promise.all([client.books.list.query({}), client.books.get.query({ bookId: 7 })])
  expect([list, book]).toEqual([page, { id: 7 }])
  expect(server.requests).toEqual(['GET /trpc/books.list,books.get', 'GET /trpc/books.get'])
})

test('ten queries of a server that is down cost three requests', async () => {
  await using server = await serve(closeConnection)
  const client = createClient({ url: server.url })
  const errors = await Promise.all(Array.from({ length: 10 }, () => caught(client.books.list.query({}))))
  expect(errors.map((error) => explainError(error).kind)).toEqual(errors.map(() => 'unreachable'))
  expect(server.requests.map((request) => request.split(',').length)).toEqual([10, 10, 10])
})

describe('the retries option', () => {
  test.each([0, 1, 3])('as the number %j is the number of retries', async (retries) => {
    await using server = await serve(closeConnection)
    await caught(createClient({ url: server.url, retries }).books.list.query({}))
    expect(server.requests).toHaveLength(retries + 1)
  })

  test('as a function decides on each retry that is safe', async () => {
    const asked: RetryEvent[] = []
    await using server = await serve(closeConnection)
    const client = createClient({
      url: server.url,
      retries: (retry) => asked.push(retry) < 2,
    })
    await caught(client.books.list.query({}))
    await caught(client.prebooks.create.mutate({ bookId: 1 }))
    const failure = expect.objectContaining({ kind: 'unreachable' })
    expect(asked).toEqual([
      { procedure: 'books.list', type: 'query', attempt: 1, failure },
      { procedure: 'books.list', type: 'query', attempt: 2, failure },
    ])
    expect(server.requests).toHaveLength(3)
  })
})

describe('the hooks', () => {
  test('learn of each request, response and retry', async () => {
    const events: unknown[] = []
    const headers = { 'x-request-id': 'request-1' }
    await using server = await serveInSequence(
      closeConnection,
      (_request, response) => response.writeHead(503, headers).end(),
      answerWith(page),
    )
    const client = createClient({
      url: server.url,
      onRequest: (request) => events.push(['request', request]),
      onResponse: (response) => events.push(['response', response]),
      onRetry: (retry) => events.push(['retry', retry]),
    })
    await Promise.all([client.books.list.query({ query: 'dune' }), client.books.list.query({})])
    const procedures = ['books.list', 'books.list']
    const request = { procedures, method: 'GET', url: `${server.url}/trpc/books.list,books.list` }
    const response = { ...request, durationMs: expect.any(Number) }
    const retry = (attempt: number, requestId: string | null) => [
      'retry',
      {
        procedure: 'books.list',
        type: 'query',
        attempt,
        delayMs: expect.any(Number),
        failure: { kind: 'unreachable', message: expect.any(String), retryAfterSeconds: null, requestId },
      },
    ]
    expect(events).toEqual([
      ['request', request],
      ['response', { ...response, status: null, requestId: null }],
      retry(1, null),
      retry(1, null),
      ['request', request],
      ['response', { ...response, status: 503, requestId: 'request-1' }],
      retry(2, 'request-1'),
      retry(2, 'request-1'),
      ['request', request],
      ['response', { ...response, status: 200, requestId: null }],
    ])
  })

  test('do not affect a call if they throw', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const fail = () => {
      throw new Error('No window.')
    }
    await using server = await serveInSequence(closeConnection, answerWith(page))
    const hooks = { onRequest: fail, onResponse: async () => fail(), onRetry: fail }
    expect(await createClient({ url: server.url, ...hooks }).books.list.query({})).toEqual(page)
    expect(new Set(log.mock.calls.map(([message]) => message))).toEqual(
      new Set(['Prebook: onRequest failed.', 'Prebook: onResponse failed.', 'Prebook: onRetry failed.']),
    )
  })

  test('do not hide the failure if the retries function throws', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    await using server = await serve(refuseWith('STORE_BUSY'))
    const client = createClient({
      url: server.url,
      retries: () => {
        throw new Error('No window.')
      },
    })
    const error = await caught(client.books.list.query({}))
    expect(explainError(error)).toMatchObject({ reason: 'STORE_BUSY' })
    expect(server.requests).toHaveLength(1)
  })
})
