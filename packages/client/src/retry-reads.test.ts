import { describe, expect, test } from 'vitest'
import { createClient, explainError } from './index.ts'
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

describe('nothing is retried', () => {
  test.each([
    ['closes the connection', closeConnection, 'unreachable'],
    ['is replaced by the 503 of a proxy', respondWith('<h1>Unavailable</h1>', 503), 'unreachable'],
    ['is busy', refuseWith('STORE_BUSY', { retryAfterSeconds: 1 }), 'refused'],
  ])('if a mutation fails because the server %s', async (_, failing, kind) => {
    await using server = await serveInSequence(failing, answerWith({ id: 1 }))
    const error = await caught(createClient({ url: server.url }).prebooks.create.mutate({ bookId: 1 }))
    expect(explainError(error)).toMatchObject({ kind })
    expect(server.requests).toEqual(['POST /trpc/prebooks.create'])
  })

  test.each([
    ['refuses permanently', refuseWith('BOOK_NOT_FOUND'), 'refused'],
    ['has an internal error', refuseWith('INTERNAL_ERROR'), 'refused'],
    ['throttles', refuseWith('RATE_LIMITED', { retryAfterSeconds: 1 }), 'refused'],
    ['requests a long delay', refuseWith('STORE_BUSY', { retryAfterSeconds: 6 }), 'refused'],
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
