import { describe, expect, test } from 'vitest'
import { createClient, explainError } from './index.ts'
import { caught } from './testing/caught.ts'
import { answering, hangingUp, refusing, saying, serve, serveInTurn } from './testing/servers.ts'

const page = { items: [], nextCursor: null }

describe('a query is sent again', () => {
  test.each([
    ['hangs up', hangingUp],
    ['is replaced by a proxy’s 503', saying('<h1>Unavailable</h1>', 503)],
    ['says that its store is busy', refusing('STORE_BUSY')],
  ])('when the server %s, and gets its answer the second or third time', async (_, failing) => {
    await using server = await serveInTurn(failing, failing, answering(page))
    expect(await createClient({ url: server.url }).books.list.query({})).toEqual(page)
    expect(server.requests).toEqual(Array.from({ length: 3 }, () => 'GET /trpc/books.list'))
  })

  test('three times in all, and then told as it is', async () => {
    await using server = await serve(hangingUp)
    const error = await caught(createClient({ url: server.url }).books.list.query({}))
    expect(explainError(error)).toMatchObject({ kind: 'unreachable' })
    expect(server.requests).toHaveLength(3)
  })

  test('no sooner than the server asks', async () => {
    const times: number[] = []
    const busy = refusing('STORE_BUSY', { retryAfterSeconds: 1 })
    await using server = await serveInTurn(
      (request, response) => {
        times.push(performance.now())
        busy(request, response)
      },
      (request, response) => {
        times.push(performance.now())
        answering(page)(request, response)
      },
    )
    await createClient({ url: server.url }).books.list.query({})
    const [first = 0, second = 0] = times
    expect(second - first).toBeGreaterThanOrEqual(1000)
  })

  test('after waits that grow and differ', async () => {
    const waits = async () => {
      const times: number[] = []
      await using server = await serve((request, response) => {
        times.push(performance.now())
        hangingUp(request, response)
      })
      await caught(createClient({ url: server.url }).books.list.query({}))
      const [first = 0, second = 0, third = 0] = times
      return [second - first, third - second] as const
    }
    const all = await Promise.all(Array.from({ length: 8 }, waits))
    // At least half of 200 ms and of 400 ms; how long a busy machine makes it is no promise.
    for (const [first, second] of all) {
      expect(first).toBeGreaterThanOrEqual(99)
      expect(second).toBeGreaterThanOrEqual(199)
    }
    expect(new Set(all.map(([first]) => first.toFixed(1))).size).toBeGreaterThan(1)
  })
})

describe('nothing is sent again', () => {
  test.each([
    ['hangs up', hangingUp, 'unreachable'],
    ['is replaced by a proxy’s 503', saying('<h1>Unavailable</h1>', 503), 'unreachable'],
    ['says that its store is busy', refusing('STORE_BUSY', { retryAfterSeconds: 1 }), 'refused'],
  ])('when a mutation fails because the server %s', async (_, failing, kind) => {
    await using server = await serveInTurn(failing, answering({ id: 1 }))
    const error = await caught(createClient({ url: server.url }).prebooks.create.mutate({ bookId: 1 }))
    expect(explainError(error)).toMatchObject({ kind })
    expect(server.requests).toEqual(['POST /trpc/prebooks.create'])
  })

  test.each([
    ['refuses for good', refusing('BOOK_NOT_FOUND'), 'refused'],
    ['is at fault', refusing('INTERNAL_ERROR'), 'refused'],
    ['throttles', refusing('RATE_LIMITED', { retryAfterSeconds: 1 }), 'refused'],
    ['asks for a long wait', refusing('STORE_BUSY', { retryAfterSeconds: 6 }), 'refused'],
    ['refuses for a reason of a newer version', refusing('STORE_ASLEEP'), 'unknown-reason'],
    ['is not Prebook', saying('<h1>It works!</h1>'), 'not-prebook'],
  ])('when a query fails because the server %s', async (_, failing, kind) => {
    await using server = await serveInTurn(failing, answering(page))
    const error = await caught(createClient({ url: server.url }).books.list.query({}))
    expect(explainError(error)).toMatchObject({ kind })
    expect(server.requests).toHaveLength(1)
  })

  test('once a query was aborted while it waited for its next try', async () => {
    const controller = new AbortController()
    await using server = await serve((request, response) => {
      if (request.url?.includes('books.get')) controller.abort()
      hangingUp(request, response)
    })
    const client = createClient({ url: server.url })
    const call = client.books.get.query({ bookId: 1 }, { signal: controller.signal })
    expect(explainError(await caught(call))).toMatchObject({ kind: 'aborted' })
    // Another one goes through all its waits meanwhile, which together are longer than the first wait can be.
    await caught(client.books.list.query({}))
    expect(server.requests.filter((request) => request.includes('books.get'))).toHaveLength(1)
  })
})

test('of a batch, only the calls that failed in passing are sent again', async () => {
  const busy = { code: -32503, message: 'Busy.', data: { reason: 'STORE_BUSY' } }
  const mixed = JSON.stringify([{ result: { data: page } }, { error: busy }])
  await using server = await serveInTurn(saying(mixed, 207, 'application/json'), answering({ id: 7 }))
  const client = createClient({ url: server.url })
  const [list, book] = await Promise.all([client.books.list.query({}), client.books.get.query({ bookId: 7 })])
  expect([list, book]).toEqual([page, { id: 7 }])
  expect(server.requests).toEqual(['GET /trpc/books.list,books.get', 'GET /trpc/books.get'])
})
