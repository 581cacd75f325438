import { WAIT } from '@prebook/testing/bounds'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { getUntypedClient } from '@trpc/client'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test, vi } from 'vitest'
import {
  createClient,
  explainError,
  isPrebookError,
  type Book,
  type Prebook,
  type PrebookClient,
} from './index.ts'
import type { StockMovementNews } from './entities.ts'
import { caught } from './testing/caught.ts'
import { answerWith, refuseWith, serve, serveInSequence } from './testing/servers.ts'
import { CONNECTED, streaming } from './testing/streams.ts'

const account = { email: 'admin@example.org', password: 'a password for tests' }
const titles = ['Children of Dune', 'Dune', 'Dune Messiah', 'Emma', 'Ulysses']
let api: ApiProcess
let admin: PrebookClient
beforeAll(async () => {
  api = await spawnApi({ admin: account })
  const { token } = await createClient({ url: api.url }).auth.login.mutate(account)
  admin = createClient({ url: api.url, token })
  for (const title of titles) await admin.books.create.mutate({ title, author: 'An Author', priceCents: 999 })
  await admin.prebooks.create.mutate({ bookId: 1 })
})
afterAll(() => api[Symbol.asyncDispose]())

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}

/** A client that records its requests. */
function recordingClient() {
  const requests: URL[] = []
  const client = createClient({
    url: api.url,
    fetch(url, init) {
      requests.push(new URL(url))
      return fetch(url, init)
    },
  })
  return { client, requests }
}

describe('every item of a list', () => {
  test('comes page by page, each requested when the loop gets there', async () => {
    const { client, requests } = recordingClient()
    const found: string[] = []
    const counts: number[] = []
    for await (const { title } of client.books.list.all({ limit: 2 })) {
      found.push(title)
      counts.push(requests.length)
    }
    expect([found, counts]).toEqual([titles, [1, 1, 2, 2, 3]])
  })

  test('stops with the loop', async () => {
    const { client, requests } = recordingClient()
    for await (const { title } of client.books.list.all({ limit: 2 })) if (title === 'Dune') break
    expect(requests).toHaveLength(1)
  })

  test('comes again in another loop, and with a filter', async () => {
    const { client } = recordingClient()
    const dunes = client.books.list.all({ query: 'dune', limit: 1 })
    const twice = [await collect(dunes), await collect(dunes)]
    expect(twice.map((books) => books.length)).toEqual([3, 3])
    expect(await collect(client.books.list.all())).toHaveLength(5)
  })

  test.each([
    ['books.list', () => admin.books.list.all({ limit: 1 })],
    ['stock.history', () => admin.stock.history.all({ bookId: 1 })],
    ['prebooks.list', () => admin.prebooks.list.all({ status: 'waiting' })],
    ['demand.orderList', () => admin.demand.orderList.all({ readersPerCopy: 1 })],
    ['demand.waitlist', () => admin.demand.waitlist.all({ bookId: 1 })],
    ['deliveries.list', () => admin.deliveries.list.all()],
    ['users.list', () => admin.users.list.all({})],
    ['tokens.list', () => admin.tokens.list.all(undefined, {})],
    ['audit.list', () => admin.audit.list.all()],
  ])('is there for %s', async (_, all) => {
    expect(await collect<unknown>(all())).toBeInstanceOf(Array)
  })

  test('ends with an error when the signal is aborted, since items are missing', async () => {
    const { client, requests } = recordingClient()
    const controller = new AbortController()
    const found: string[] = []
    const loop = async () => {
      for await (const { title } of client.books.list.all({ limit: 2 }, { signal: controller.signal })) {
        found.push(title)
        controller.abort()
      }
    }
    expect(explainError(await caught(loop()))).toMatchObject({ kind: 'aborted' })
    expect([found, requests.length]).toEqual([titles.slice(0, 1), 1])
  })

  test('ends with the refusal of a page', async () => {
    await using server = await serveInSequence(
      answerWith({ items: [1, 2], nextCursor: 'a' }),
      refuseWith('AUTH_REQUIRED'),
    )
    const found: unknown[] = []
    const loop = async () => {
      for await (const item of createClient({ url: server.url }).prebooks.list.all()) found.push(item)
    }
    expect(isPrebookError(await caught(loop()), 'AUTH_REQUIRED')).toBe(true)
    expect(found).toEqual([1, 2])
  })

  test.each([
    ['the same cursor', ['a'], 2],
    ['cursors in a circle', ['a', 'b', 'c', 'b'], 4],
  ])('ends with an error if the server returns %s', async (_, cursors, requests) => {
    const pages = cursors.map((nextCursor) => answerWith({ items: [1], nextCursor }))
    await using server = await serveInSequence(...(pages as [(typeof pages)[0]]))
    const error = await caught(collect(createClient({ url: server.url }).books.list.all()))
    expect(error).toMatchObject({
      message: expect.stringContaining('books.list returned the same page twice'),
    })
    expect(server.requests).toHaveLength(requests)
  })

  test('ends with an error if a caller without types asks for it where there is no list', async () => {
    const { get } = admin.books as unknown as { get: PrebookClient['stock']['history'] }
    expect(await caught(collect(get.all({ bookId: 1 })))).toMatchObject({
      message: 'books.get is not a list.',
    })
  })
})

describe('the items of a stream', () => {
  test('are the current states, then every change, until the loop is left', async () => {
    const { token } = await createClient({ url: api.url }).auth.register.mutate({
      email: 'watcher@example.org',
      password: account.password,
    })
    const reader = createClient({ url: api.url, token })
    const { id } = await reader.prebooks.create.mutate({ bookId: 2 })
    const states: string[] = []
    const statuses: string[] = []
    const options = { onConnectionStateChange: ({ state }: { state: string }) => states.push(state) }
    for await (const prebook of reader.prebooks.watch.iterate(options)) {
      expectTypeOf(prebook).toEqualTypeOf<Prebook>()
      expect(prebook.id).toBe(id)
      statuses.push(prebook.status)
      if (prebook.status === 'notified') break
      await admin.stock.set.mutate({ bookId: 2, quantity: 4 })
    }
    expect(statuses).toEqual(['waiting', 'notified'])
    expect(states).toEqual(['connecting', 'pending', 'idle'])
  })

  test('can start after a position', async () => {
    const { movement } = await admin.stock.set.mutate({ bookId: 3, quantity: 1 })
    await admin.stock.set.mutate({ bookId: 4, quantity: 1 })
    await admin.stock.set.mutate({ bookId: 3, quantity: 2 })
    const changes: number[] = []
    const after = { bookId: 3, afterMovementId: movement?.id ?? 0 }
    for await (const change of admin.stock.changes.iterate(after)) {
      expectTypeOf(change).toEqualTypeOf<StockMovementNews>()
      changes.push(change.quantityAfter)
      break
    }
    expect(changes).toEqual([2])
  })

  test('end with the refusal of the server', async () => {
    const error = await caught(collect(createClient({ url: api.url }).prebooks.watch.iterate()))
    expect(isPrebookError(error, 'AUTH_REQUIRED')).toBe(true)
  })

  test.each([
    ['the loop is left', async (iterator: AsyncIterator<unknown>) => iterator.return?.()],
    ['the signal is aborted', async (_: unknown, controller: AbortController) => controller.abort()],
  ])('end without an error, and with the connection, when %s', async (_, leave) => {
    const closed = Promise.withResolvers<void>()
    await using server = await serve((request, response) => {
      response.on('close', closed.resolve)
      streaming(`${CONNECTED}${event(1, 'waiting')}`, { ends: false })(request, response)
    })
    const controller = new AbortController()
    const iterator = watchAt(server.url, { signal: controller.signal })
    expect(await iterator.next()).toMatchObject({ value: { id: 1 } })
    const pending = iterator.next()
    await leave(iterator, controller)
    const end = { value: undefined, done: true }
    expect([await pending, await iterator.next()]).toEqual([end, end])
    await closed.promise
    expect(server.requests).toHaveLength(1)
  })

  test('continue after a lost connection', async () => {
    await using server = await serveInSequence(
      streaming(`${CONNECTED}${event(1, 'waiting')}`),
      streaming(`${CONNECTED}${event(1, 'notified')}`, { ends: false }),
    )
    const found: string[] = []
    for await (const { status } of createClient({ url: server.url }).prebooks.watch.iterate()) {
      found.push(status)
      if (status === 'notified') break
    }
    expect(found).toEqual(['waiting', 'notified'])
  })

  test('are the newest states if the loop is slow', async () => {
    const states = [event(1, 'waiting'), event(2, 'waiting'), event(1, 'notified'), event(2, 'cancelled')]
    await using server = await serve(streaming(`${CONNECTED}${states.join('')}`))
    const connections: string[] = []
    const options = { onConnectionStateChange: ({ state }: { state: string }) => connections.push(state) }
    const iterator = watchAt(server.url, options)
    // Once the connection has ended, all states have arrived.
    await vi.waitFor(() => expect(connections).toEqual(['connecting', 'pending', 'connecting']), WAIT)
    const found = [(await iterator.next()).value, (await iterator.next()).value]
    expect(found).toEqual([
      { id: 1, status: 'notified' },
      { id: 2, status: 'cancelled' },
    ])
    await iterator.return?.()
  })

  test('are all delivered, and wait in the connection if the loop is slow', async () => {
    const total = 3_000
    let sent = 0
    const body = () =>
      new ReadableStream<Uint8Array>(
        {
          start: (controller) => controller.enqueue(Buffer.from(CONNECTED)),
          async pull(controller) {
            await new Promise((resolve) => setImmediate(resolve))
            sent += 1
            controller.enqueue(Buffer.from(event(sent, 'waiting')))
          },
        },
        { highWaterMark: 0 },
      )
    const headers = { 'content-type': 'text/event-stream' }
    const client = createClient({ url: api.url, fetch: () => new Response(body(), { headers }) })
    const ids: number[] = []
    let mostWaiting = 0
    for await (const { id } of client.stock.changes.iterate({})) {
      ids.push(id)
      // The loop is slower than the stream.
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      mostWaiting = Math.max(mostWaiting, sent - ids.length)
      if (ids.length === total) break
    }
    expect(ids).toEqual(Array.from({ length: total }, (_, index) => index + 1))
    expect(mostWaiting).toBeGreaterThan(900)
    expect(mostWaiting).toBeLessThan(1_100)
  })
})

describe('the client', () => {
  test('is still the client of tRPC', async () => {
    expect(await getUntypedClient(admin).query('books.get', { bookId: 2 })).toMatchObject({ title: 'Dune' })
    expect(admin.books).toBe(admin.books)
    expect(admin.books.list).toBe(admin.books.list)
    expect(await Promise.resolve(admin)).toBe(admin)
  })

  test('has loops only where they are', () => {
    type Has<Method extends string> = {
      [Feature in Exclude<keyof PrebookClient, symbol>]: {
        [Name in keyof PrebookClient[Feature]]: PrebookClient[Feature][Name] extends Record<Method, unknown>
          ? `${Feature}.${Name & string}`
          : never
      }[keyof PrebookClient[Feature]]
    }[Exclude<keyof PrebookClient, symbol>]
    expectTypeOf<Has<'all'>>().toEqualTypeOf<
      | 'books.list'
      | 'books.overdue'
      | 'stock.history'
      | 'prebooks.list'
      | 'demand.orderList'
      | 'demand.waitlist'
      | 'deliveries.list'
      | 'users.list'
      | 'tokens.list'
      | 'audit.list'
    >()
    expectTypeOf<Has<'iterate'>>().toEqualTypeOf<'prebooks.watch' | 'stock.changes'>()
    expectTypeOf(admin.books.list.all).returns.toEqualTypeOf<AsyncIterable<Book>>()
    expectTypeOf(admin.stock.history.all)
      .parameter(0)
      .toEqualTypeOf<{ bookId: number; limit?: number | undefined }>()
    expectTypeOf(admin.prebooks.watch.iterate).parameter(0).not.toHaveProperty('lastEventId')
  })
})

function event(id: number, status: string): string {
  return `data: ${JSON.stringify({ id, status })}\nid: ${id}:${status}\n\n`
}

function watchAt(url: string, options: Parameters<PrebookClient['prebooks']['watch']['iterate']>[0]) {
  return createClient({ url }).prebooks.watch.iterate(options)[Symbol.asyncIterator]()
}
