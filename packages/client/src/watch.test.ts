import { WAIT } from '@prebook/testing/bounds'
import { createTRPCClient, httpSubscriptionLink } from '@trpc/client'
import { EventSource } from 'eventsource'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import type { AppRouter } from '@prebook/server/router'
import { createClient, explainError, memoryStorage, type PrebookClient } from './index.ts'
import { refusing, saying, serve, serveInTurn, abandonedAddress } from './testing/servers.ts'
import type { RequestListener } from 'node:http'

/** What a subscriber is told. */
function watch(client: PrebookClient) {
  const seen = {
    ids: [] as string[],
    states: [] as string[],
    errors: [] as unknown[],
    ended: null as unknown,
  }
  const subscription = client.prebooks.watch.subscribe(undefined, {
    onData: ({ id }) => void seen.ids.push(id),
    onConnectionStateChange({ state, error }) {
      seen.states.push(state)
      if (error) seen.errors.push(explainError(error))
    },
    onError(error) {
      seen.ended = explainError(error)
    },
  })
  return Object.assign(seen, { [Symbol.dispose]: () => subscription.unsubscribe() })
}

/** Streams text, and ends the answer unless told otherwise. */
function streaming(text: string, { ends = true } = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text)
    if (ends) response.end()
  }
}

const CONNECTED = 'event: connected\ndata: {}\n\n'

describe('a subscription', () => {
  test.each([
    ['is away', 'unreachable', (_request: unknown, response: { destroy(): void }) => response.destroy()],
    ['is replaced by a proxy’s 502', 'unreachable', saying('<h1>Bad gateway</h1>', 502)],
    ['says that its store is busy', 'refused', refusing('STORE_BUSY')],
    ['ends the stream', 'unreachable', streaming(CONNECTED)],
  ] as const)('is made again when the server %s', async (_, kind, failing) => {
    const good = streaming(`${CONNECTED}data: {"id":1}\nid: 1:waiting\n\n`, { ends: false })
    await using server = await serveInTurn(failing, failing, good)
    using seen = watch(createClient({ url: server.url }))
    await vi.waitFor(() => expect(seen.ids).toEqual(['1:waiting']), WAIT)
    expect(server.requests).toHaveLength(3)
    expect(seen.errors[0]).toMatchObject({ kind })
    expect([seen.states.at(-1), seen.ended]).toEqual(['pending', null])
  })

  test('sends the id of the latest event when it connects again, and the token that is due then', async () => {
    const headers: unknown[] = []
    const good = streaming(`${CONNECTED}data: 1\nid: 7:waiting\n\n`)
    await using server = await serve((request, response) => {
      headers.push([request.headers['last-event-id'], request.headers.authorization])
      good(request, response)
    })
    let tokens = 0
    using seen = watch(createClient({ url: server.url, token: () => `token-${(tokens += 1)}` }))
    await vi.waitFor(() => expect(headers.length).toBeGreaterThan(1), WAIT)
    expect(headers.slice(0, 2)).toEqual([
      [undefined, 'Bearer token-1'],
      ['7:waiting', 'Bearer token-2'],
    ])
    expect(seen.ended).toBeNull()
  })

  test.each([
    ['is not Prebook', saying('<h1>Welcome</h1>'), { kind: 'not-prebook' }],
    ['refuses for good', refusing('AUTH_FORBIDDEN'), { kind: 'refused', reason: 'AUTH_FORBIDDEN' }],
    [
      'ends it with a reason',
      streaming(
        `${CONNECTED}event: serialized-error\ndata: ${JSON.stringify({
          code: -32_003,
          message: 'No.',
          data: { code: 'FORBIDDEN', httpStatus: 403, reason: 'AUTH_ACCOUNT_DEACTIVATED' },
        })}\n\n`,
      ),
      { kind: 'refused', reason: 'AUTH_ACCOUNT_DEACTIVATED' },
    ],
  ])('ends when the server %s, and is not made again', async (_, listener, failure) => {
    await using server = await serve(listener)
    using seen = watch(createClient({ url: server.url }))
    await vi.waitFor(() => expect(seen.ended).toMatchObject(failure), WAIT)
    // Long enough for another try: the first wait is at most half a second.
    const since = performance.now()
    await vi.waitFor(() => expect(performance.now() - since).toBeGreaterThan(700), WAIT)
    expect(server.requests).toHaveLength(1)
  })

  test('tries again more and more slowly while nobody is there', async () => {
    using seen = watch(createClient({ url: await abandonedAddress() }))
    await vi.waitFor(() => expect(seen.errors.length).toBeGreaterThan(1), WAIT)
    expect(seen.errors[0]).toMatchObject({ kind: 'unreachable' })
    expect(seen.ended).toBeNull()
  })

  test('lets go of its connection when it is not wanted any more', async () => {
    let closed = false
    await using server = await serve((request, response) => {
      request.socket.on('close', () => {
        closed = true
      })
      streaming(CONNECTED, { ends: false })(request, response)
    })
    const seen = watch(createClient({ url: server.url }))
    await vi.waitFor(() => expect(seen.states).toContain('pending'), WAIT)
    seen[Symbol.dispose]()
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

  test('the end of the session ends it, empties the storage and is reported once', async () => {
    const { token, prebookId } = await prebooked('one@example.org')
    const storage = memoryStorage(token)
    const over: string[] = []
    using seen = watch(createClient({ url: api.url, storage, onUnauthorized: (ended) => over.push(ended) }))
    await vi.waitFor(() => expect(seen.ids).toEqual([`${prebookId}:waiting`]), WAIT)
    await createClient({ url: api.url, token }).auth.logoutEverywhere.mutate()
    await vi.waitFor(() => expect(seen.ended).toMatchObject({ reason: 'AUTH_REQUIRED' }), WAIT)
    expect([over, storage.get()]).toEqual([[token], null])
  })

  test('tRPC’s own link understands its streams, errors and ends included', async () => {
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
