import { WAIT } from '@prebook/testing/bounds'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createClient, explainError, type PrebookClient } from './index.ts'
import { refuseWith, respondWith, serve, serveInSequence, unusedAddress } from './testing/servers.ts'
import { CONNECTED, streaming } from './testing/streams.ts'

/** Records the states of a subscription and its end, in order: `state: idle`, `error: AUTH_REQUIRED`, `complete`. */
function follow(client: PrebookClient, signal?: AbortSignal) {
  const log: string[] = []
  const subscription = client.prebooks.watch.subscribe(undefined, {
    ...(signal && { signal }),
    onConnectionStateChange: ({ state, error }) => {
      log.push(`state: ${state}${error ? ` (${explainError(error).kind})` : ''}`)
    },
    onError(error) {
      const failure = explainError(error)
      log.push(`error: ${'reason' in failure ? failure.reason : failure.kind}`)
    },
    onComplete: () => log.push('complete'),
  })
  return {
    log,
    unsubscribe: () => subscription.unsubscribe(),
    [Symbol.dispose]: () => subscription.unsubscribe(),
  }
}

describe('a stream that ends says first that it is not connected', () => {
  test.each([
    ['the server refuses', refuseWith('AUTH_FORBIDDEN'), 'error: AUTH_FORBIDDEN'],
    ['the URL is not a Prebook server', respondWith('<h1>Welcome</h1>'), 'error: not-prebook'],
    ['the server refuses for an unknown reason', refuseWith('SHOP_MOVED'), 'error: SHOP_MOVED'],
  ])('if %s at connect', async (_, listener, end) => {
    await using server = await serve(listener)
    using stream = follow(createClient({ url: server.url }))
    await vi.waitFor(() => expect(stream.log).toContain(end), WAIT)
    expect(stream.log).toEqual(['state: connecting', 'state: idle', end])
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    ['onData', ['connecting', 'pending', 'idle', 'No window.']],
    ['onConnectionStateChange', ['connecting', 'pending', 'connecting', 'idle', 'No window.']],
  ])('if the application throws in %s', async (callback, expected) => {
    await using server = await serve(streaming(`${CONNECTED}data: {"id":1}\nid: 1\n\n`))
    const log: string[] = []
    const throwIn = (name: string) => {
      if (name === callback) throw new Error('No window.')
    }
    createClient({ url: server.url }).prebooks.watch.subscribe(undefined, {
      onData: () => throwIn('onData'),
      onConnectionStateChange({ state, error }) {
        log.push(state)
        if (error) throwIn('onConnectionStateChange')
      },
      onError: (error) => log.push(error.message),
    })
    await vi.waitFor(() => expect(log).toEqual(expected), WAIT)
    expect(server.requests).toHaveLength(1)
  })

  test('if the server completes it', async () => {
    await using server = await serve(streaming(`${CONNECTED}event: return\ndata: \n\n`))
    using stream = follow(createClient({ url: server.url }))
    await vi.waitFor(() => expect(stream.log).toContain('complete'), WAIT)
    expect(stream.log).toEqual(['state: connecting', 'state: pending', 'state: idle', 'complete'])
  })

  test.each([
    ['unsubscribed', (stream: { unsubscribe(): void }) => stream.unsubscribe(), 'complete'],
    ['aborted', (_stream: unknown, controller: AbortController) => controller.abort(), 'error: aborted'],
  ])('if it is %s', async (_, leave, end) => {
    const closed = Promise.withResolvers<void>()
    await using server = await serve((request, response) => {
      request.socket.on('close', closed.resolve)
      streaming(CONNECTED, { ends: false })(request, response)
    })
    const controller = new AbortController()
    const stream = follow(createClient({ url: server.url }), controller.signal)
    await vi.waitFor(() => expect(stream.log).toContain('state: pending'), WAIT)
    leave(stream, controller)
    expect(stream.log).toEqual(['state: connecting', 'state: pending', 'state: idle', end])
    await closed.promise
    expect(server.requests).toHaveLength(1)
  })

  test('if it is unsubscribed while it waits to reconnect', async () => {
    const stream = follow(createClient({ url: await unusedAddress() }))
    await vi.waitFor(() => expect(stream.log).toContain('state: connecting (unreachable)'), WAIT)
    stream.unsubscribe()
    expect(stream.log.slice(-2)).toEqual(['state: idle', 'complete'])
  })

  test('if its signal was aborted before', async () => {
    await using server = await serve(streaming(CONNECTED))
    const stream = follow(createClient({ url: server.url }), AbortSignal.abort())
    expect(stream.log).toEqual(['state: idle', 'error: aborted'])
    expect(server.requests).toEqual([])
  })
})

describe('with the real server', () => {
  const account = { email: 'admin@example.org', password: 'a password for tests' }
  let api: ApiProcess
  let admin: PrebookClient
  beforeAll(async () => {
    api = await spawnApi({ admin: account })
    admin = createClient({
      url: api.url,
      token: (await createClient({ url: api.url }).auth.login.mutate(account)).token,
    })
  })
  afterAll(() => api[Symbol.asyncDispose]())

  async function newReader(email: string) {
    const registered = await createClient({ url: api.url }).auth.register.mutate({
      email,
      password: account.password,
    })
    return { id: registered.user.id, client: createClient({ url: api.url, token: registered.token }) }
  }

  async function connected(client: PrebookClient) {
    const stream = follow(client)
    await vi.waitFor(() => expect(stream.log).toContain('state: pending'), WAIT)
    return stream
  }

  test.each([
    [
      'the session ends',
      'AUTH_REQUIRED',
      async (client: PrebookClient) => client.auth.logoutEverywhere.mutate(),
    ],
    [
      'the account is deactivated',
      'AUTH_ACCOUNT_DEACTIVATED',
      async (_client: PrebookClient, userId: number) => admin.users.deactivate.mutate({ userId }),
    ],
    [
      'the account opens too many streams',
      'RATE_LIMITED',
      async (client: PrebookClient) => {
        const others = await Promise.all(Array.from({ length: 20 }, () => connected(client)))
        for (const other of others) other.unsubscribe()
      },
    ],
  ])('a stream ends if %s, and says first that it is not connected', async (_, reason, act) => {
    const reader = await newReader(`${reason.toLowerCase()}@example.org`)
    using stream = await connected(reader.client)
    await act(reader.client, reader.id)
    await vi.waitFor(() => expect(stream.log).toContain(`error: ${reason}`), WAIT)
    expect(stream.log).toEqual(['state: connecting', 'state: pending', 'state: idle', `error: ${reason}`])
  })

  test('a stream without a session ends, and is never shown as connected', async () => {
    using stream = follow(createClient({ url: api.url }))
    await vi.waitFor(() => expect(stream.log).toContain('error: AUTH_REQUIRED'), WAIT)
    expect(stream.log).toEqual(['state: connecting', 'state: idle', 'error: AUTH_REQUIRED'])
  })

  test('a stream survives a token that cannot be read while it reconnects', async () => {
    const { client } = await newReader('offline@example.org')
    const { token } = await createClient({ url: api.url }).auth.login.mutate({
      email: 'offline@example.org',
      password: account.password,
    })
    let reads = 0
    let cut = () => {}
    const offline = createClient({
      url: api.url,
      token() {
        reads += 1
        if (reads === 2) throw new TypeError('The token cannot be refreshed.')
        return token
      },
      // Ends the first connection as a lost network does.
      async fetch(url, init) {
        const response = await fetch(url, init)
        if (reads > 1) return response
        const body = response.body?.pipeThrough(
          new TransformStream({
            start: (controller) => void (cut = () => controller.error(new TypeError('cut'))),
          }),
        )
        return new Response(body ?? null, response)
      },
    })
    using stream = follow(offline)
    await vi.waitFor(() => expect(stream.log).toContain('state: pending'), WAIT)
    cut()
    await vi.waitFor(
      () => expect(stream.log.filter((line) => line === 'state: pending')).toHaveLength(2),
      WAIT,
    )
    expect(reads).toBe(3)
    expect(await client.auth.me.query()).not.toBeNull()
  })

  test('a stream survives a restart of the server, and says so', async () => {
    const env = { PORT: new URL(await unusedAddress()).port }
    const first = await spawnApi({ databaseUrl: api.databaseUrl, env })
    const { token } = await createClient({ url: first.url }).auth.login.mutate(account)
    using stream = await connected(createClient({ url: first.url, token }))
    await first.stop()
    await vi.waitFor(() => expect(stream.log.at(-1)).toBe('state: connecting (unreachable)'), WAIT)
    await using second = await spawnApi({ databaseUrl: api.databaseUrl, env })
    await vi.waitFor(() => expect(stream.log.at(-1)).toBe('state: pending'), WAIT)
    expect(second.url).toBe(first.url)
    expect(stream.log.filter((line) => !line.startsWith('state: connecting'))).toEqual([
      'state: pending',
      'state: pending',
    ])
  })
})

test('what a proxy answers does not end a stream that was connected', async () => {
  const good = streaming(CONNECTED)
  const last = streaming(CONNECTED, { ends: false })
  const answers = [
    ...[408, 413, 429, 500, 502, 503, 504, 520, 525, 530].map((status) =>
      respondWith('<h1>Proxy</h1>', status),
    ),
    respondWith('<h1>Sign in to the Wi-Fi</h1>', 200),
    respondWith('Not found', 404),
    respondWith('{"status":"ok"}', 200, 'application/json'),
    respondWith('', 401),
    streaming(`${CONNECTED}data: {"id":\n\n`),
  ]
  await Promise.all(
    answers.map(async (answer) => {
      await using server = await serveInSequence(good, answer, last)
      using stream = follow(createClient({ url: server.url }))
      await vi.waitFor(() => expect(server.requests).toHaveLength(3), WAIT)
      await vi.waitFor(() => expect(stream.log.at(-1)).toBe('state: pending'), WAIT)
      expect(stream.log.filter((line) => !/^state: (connecting|pending)/.test(line))).toEqual([])
      // The last failure before it was connected again was reported.
      expect(stream.log.at(-2)).toMatch(/^state: connecting \(unreachable\)$/)
    }),
  )
})

test('what a proxy answers for an unavailable server does not end a stream that never was connected', async () => {
  await Promise.all(
    [408, 413, 429, 500, 502, 503, 504, 520, 525, 530].map(async (status) => {
      await using server = await serveInSequence(
        respondWith('<h1>Proxy</h1>', status),
        streaming(CONNECTED, { ends: false }),
      )
      using stream = follow(createClient({ url: server.url }))
      await vi.waitFor(() => expect(stream.log.at(-1)).toBe('state: pending'), WAIT)
      expect(stream.log).toEqual(['state: connecting', 'state: connecting (unreachable)', 'state: pending'])
    }),
  )
})
