import { WAIT } from '@prebook/testing/bounds'
import { createTRPCClient, httpSubscriptionLink } from '@trpc/client'
import { EventSource } from 'eventsource'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import type { AppRouter } from '@prebook/server/router'
import { createClient, explainError, memoryStorage, type PrebookClient } from './index.ts'
import {
  neverAnswer,
  refuseWith,
  respondWith,
  serve,
  serveInSequence,
  unusedAddress,
} from './testing/servers.ts'
import { CONNECTED, streaming } from './testing/streams.ts'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** Records what a subscriber receives. */
function watch(client: PrebookClient) {
  const received = {
    ids: [] as string[],
    states: [] as string[],
    errors: [] as unknown[],
    ended: null as unknown,
  }
  const subscription = client.prebooks.watch.subscribe(undefined, {
    onData: ({ id }) => void received.ids.push(id),
    onConnectionStateChange({ state, error }) {
      received.states.push(state)
      if (error) received.errors.push(explainError(error))
    },
    onError(error) {
      received.ended = explainError(error)
    },
  })
  return Object.assign(received, { [Symbol.dispose]: () => subscription.unsubscribe() })
}

function refuse(reason: string, retryAfterSeconds: number) {
  return (response: ServerResponse, request: IncomingMessage) =>
    refuseWith(reason, { retryAfterSeconds })(request, response)
}

describe('a subscription', () => {
  test.each([
    [
      'is unavailable',
      'unreachable',
      (_request: unknown, response: { destroy(): void }) => response.destroy(),
    ],
    ['is replaced by the 408 of a server that is too busy', 'unreachable', respondWith('', 408)],
    ['is replaced by the 502 of a proxy', 'unreachable', respondWith('<h1>Bad gateway</h1>', 502)],
    ['is busy', 'refused', refuseWith('STORE_BUSY')],
    ['ends the stream', 'unreachable', streaming(CONNECTED)],
  ] as const)('reconnects if the server %s', async (_, kind, failing) => {
    const good = streaming(`${CONNECTED}data: {"id":1}\nid: 1:waiting\n\n`, { ends: false })
    await using server = await serveInSequence(failing, failing, good)
    using received = watch(createClient({ url: server.url }))
    await vi.waitFor(() => expect(received.ids).toEqual(['1:waiting']), WAIT)
    expect(server.requests).toHaveLength(3)
    expect(received.errors[0]).toMatchObject({ kind })
    expect([received.states.at(-1), received.ended]).toEqual(['pending', null])
  })

  test('reconnects with the last event id and the current token', async () => {
    const headers: unknown[] = []
    const good = streaming(`${CONNECTED}data: 1\nid: 7:waiting\n\n`)
    await using server = await serve((request, response) => {
      headers.push([request.headers['last-event-id'], request.headers.authorization])
      good(request, response)
    })
    let tokens = 0
    using received = watch(createClient({ url: server.url, token: () => `token-${(tokens += 1)}` }))
    await vi.waitFor(() => expect(headers.length).toBeGreaterThan(1), WAIT)
    expect(headers.slice(0, 2)).toEqual([
      [undefined, 'Bearer token-1'],
      ['7:waiting', 'Bearer token-2'],
    ])
    expect(received.ended).toBeNull()
  })

  test.each([
    ['is not Prebook', respondWith('<h1>Welcome</h1>'), { kind: 'not-prebook' }],
    ['refuses permanently', refuseWith('AUTH_FORBIDDEN'), { kind: 'refused', reason: 'AUTH_FORBIDDEN' }],
    [
      'ends the stream with a reason',
      streaming(
        `${CONNECTED}event: serialized-error\ndata: ${JSON.stringify({
          code: -32_003,
          message: 'No.',
          data: { code: 'FORBIDDEN', httpStatus: 403, reason: 'AUTH_ACCOUNT_DEACTIVATED' },
        })}\n\n`,
      ),
      { kind: 'refused', reason: 'AUTH_ACCOUNT_DEACTIVATED' },
    ],
  ])('ends without a reconnect if the server %s', async (_, listener, failure) => {
    await using server = await serve(listener)
    using received = watch(createClient({ url: server.url }))
    await vi.waitFor(() => expect(received.ended).toMatchObject(failure), WAIT)
    // Long enough for another attempt: the first delay is at most half a second.
    const since = performance.now()
    await vi.waitFor(() => expect(performance.now() - since).toBeGreaterThan(700), WAIT)
    expect(server.requests).toHaveLength(1)
  })

  test('keeps reconnecting while the server is unreachable', async () => {
    using received = watch(createClient({ url: await unusedAddress() }))
    await vi.waitFor(() => expect(received.errors.length).toBeGreaterThan(1), WAIT)
    expect(received.errors[0]).toMatchObject({ kind: 'unreachable' })
    expect(received.ended).toBeNull()
  })

  test.each([
    ['does not answer', neverAnswer],
    ['does not begin the stream', streaming(': hello\n\n', { ends: false })],
    [
      'does not end its answer',
      (_request: unknown, response: ServerResponse) => void response.writeHead(502).write('<'),
    ],
  ] as const)('connects again after the time limit if the server %s', async (_, hanging) => {
    const closed = Promise.withResolvers<void>()
    const first: RequestListener = (request, response) => {
      request.socket.on('close', closed.resolve)
      hanging(request, response)
    }
    await using server = await serveInSequence(first, streaming(CONNECTED, { ends: false }))
    using received = watch(createClient({ url: server.url, timeoutMs: 500 }))
    await vi.waitFor(() => expect(received.states.at(-1)).toBe('pending'), WAIT)
    expect(received.states).toEqual(['connecting', 'connecting', 'pending'])
    expect(received.errors).toEqual([expect.objectContaining({ kind: 'timeout' })])
    await closed.promise
    expect(server.requests).toHaveLength(2)
  })

  test('connects again if the connection is silent for longer than the server allows', async () => {
    const headers: unknown[] = []
    const closed = Promise.withResolvers<void>()
    const silent = `event: connected\ndata: {"reconnectAfterInactivityMs":500}\n\ndata: 1\nid: 7\n\n`
    await using server = await serveInSequence(
      (request, response) => {
        response.on('close', closed.resolve)
        streaming(silent, { ends: false })(request, response)
      },
      (request, response) => {
        headers.push(request.headers['last-event-id'])
        streaming(CONNECTED, { ends: false })(request, response)
      },
    )
    using received = watch(createClient({ url: server.url }))
    await vi.waitFor(() => expect(headers).toEqual(['7']), WAIT)
    await vi.waitFor(() => expect(received.states.at(-1)).toBe('pending'), WAIT)
    expect(received.states).toEqual(['connecting', 'pending', 'connecting', 'pending'])
    expect(received.errors).toEqual([expect.objectContaining({ kind: 'unreachable' })])
    await closed.promise
  })

  test('stays connected while there are pings', async () => {
    const silenceMs = 5_000
    await using server = await serve((request, response) => {
      const opening = `event: connected\ndata: {"reconnectAfterInactivityMs":${silenceMs}}\n\n`
      streaming(opening, { ends: false })(request, response)
      const pings = setInterval(() => response.write('event: ping\ndata: \n\n'), 20)
      response.on('close', () => clearInterval(pings))
    })
    using received = watch(createClient({ url: server.url }))
    await vi.waitFor(() => expect(received.states).toContain('pending'), WAIT)
    const since = performance.now()
    await vi.waitFor(() => expect(performance.now() - since).toBeGreaterThan(silenceMs * 1.2), WAIT)
    expect([received.states, server.requests.length]).toEqual([['connecting', 'pending'], 1])
  })

  test.each([
    [
      'proxy',
      (response: ServerResponse) =>
        void response.writeHead(503, { 'retry-after': '2' }).end('<h1>Later</h1>'),
    ],
    ['server that is busy', refuse('STORE_BUSY', 2)],
    ['server that limits requests', refuse('RATE_LIMITED', 2)],
  ])('waits as long as a %s asks for', async (_, answer) => {
    const times: number[] = []
    await using server = await serve((request, response) => {
      times.push(performance.now())
      if (times.length === 1) answer(response, request)
      else streaming(CONNECTED, { ends: false })(request, response)
    })
    using received = watch(createClient({ url: server.url }))
    await vi.waitFor(() => expect(received.states.at(-1)).toBe('pending'), WAIT)
    const [first = 0, second = 0] = times
    // A timer can fire a millisecond early.
    expect(second - first).toBeGreaterThanOrEqual(1_999)
  })

  test('closes its connection on unsubscribe', async () => {
    let closed = false
    await using server = await serve((request, response) => {
      request.socket.on('close', () => {
        closed = true
      })
      streaming(CONNECTED, { ends: false })(request, response)
    })
    const received = watch(createClient({ url: server.url }))
    await vi.waitFor(() => expect(received.states).toContain('pending'), WAIT)
    received[Symbol.dispose]()
    await vi.waitFor(() => expect(closed).toBe(true), WAIT)
    expect(server.requests).toHaveLength(1)
  })
})

describe('with the real server', () => {
  let api: ApiProcess
  beforeAll(async () => {
    api = await spawnApi()
  })
  afterAll(() => api[Symbol.asyncDispose]())

  async function prebooked(email: string): Promise<{ token: string; prebookId: number }> {
    const adminEmail = `admin-of-${email}`
    await api.createAdmin(adminEmail, 'a password for tests')
    const anonymous = createClient({ url: api.url })
    const account = await anonymous.auth.login.mutate({ email: adminEmail, password: 'a password for tests' })
    const admin = createClient({ url: api.url, token: account.token })
    const { id: bookId } = await admin.books.create.mutate({
      title: 'Dune',
      author: 'F. H.',
      priceCents: 999,
    })
    const token = String(
      (await anonymous.auth.register.mutate({ email, password: 'a password for tests' })).token,
    )
    const { id: prebookId } = await createClient({ url: api.url, token }).prebooks.create.mutate({ bookId })
    return { token, prebookId }
  }

  test('ends with the session, clears the storage and is reported once', async () => {
    const { token, prebookId } = await prebooked('one@example.org')
    const storage = memoryStorage(token)
    const expired: string[] = []
    using received = watch(
      createClient({ url: api.url, storage, onUnauthorized: (ended) => expired.push(ended) }),
    )
    await vi.waitFor(() => expect(received.ids).toEqual([`${prebookId}:waiting`]), WAIT)
    await createClient({ url: api.url, token }).auth.logoutEverywhere.mutate()
    await vi.waitFor(() => expect(received.ended).toMatchObject({ reason: 'AUTH_REQUIRED' }), WAIT)
    expect([expired, storage.get()]).toEqual([[token], null])
  })

  test('is compatible with the subscription link of tRPC, including errors', async () => {
    const { token, prebookId } = await prebooked('two@example.org')
    const plain = createTRPCClient<AppRouter>({
      links: [
        httpSubscriptionLink({
          url: `${api.url}/trpc`,
          EventSource,
          eventSourceOptions: {
            fetch: (address, init) =>
              fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
          },
        }),
      ],
    })
    const ids: string[] = []
    let ended: unknown = null
    const subscription = plain.prebooks.watch.subscribe(undefined, {
      onData: ({ id }) => void ids.push(id),
      onError(error) {
        ended = explainError(error)
      },
    })
    await vi.waitFor(() => expect(ids).toEqual([`${prebookId}:waiting`]), WAIT)
    await createClient({ url: api.url, token }).auth.logout.mutate()
    await vi.waitFor(() => expect(ended).toMatchObject({ kind: 'refused', reason: 'AUTH_REQUIRED' }), WAIT)
    subscription.unsubscribe()
  })
})
