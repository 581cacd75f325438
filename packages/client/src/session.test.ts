import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { createClient, explainError, memoryStorage, type TokenStorage } from './index.ts'
import { caught } from './testing/caught.ts'
import { answerWith, serve } from './testing/servers.ts'

let api: ApiProcess
let readers = 0
beforeAll(async () => {
  api = await spawnApi({ env: { REGISTRATIONS_PER_HOUR: '1000' } })
})
afterAll(() => api[Symbol.asyncDispose]())

/** A new account with a session. */
async function newReader() {
  const account = { email: `reader${++readers}@example.org`, password: 'a password for tests' }
  const { token } = await createClient({ url: api.url }).auth.register.mutate(account)
  return { ...account, token: String(token) }
}

/** An asynchronous storage with a log of its changes. */
function slowStorage(token: string | null = null): TokenStorage & { log: string[] } {
  const storage = memoryStorage(token)
  const log: string[] = []
  return {
    log,
    async get() {
      await Promise.resolve()
      return storage.get()
    },
    async set(newToken) {
      await Promise.resolve()
      log.push(`set ${newToken}`)
      await storage.set(newToken)
    },
    async remove() {
      await Promise.resolve()
      log.push('remove')
      await storage.remove()
    },
  }
}

describe('a client with a storage', () => {
  test('stores the token at sign-in and removes it at sign-out', async () => {
    const { email, password } = await newReader()
    const storage = slowStorage()
    const client = createClient({ url: api.url, storage })
    expect(await client.auth.me.query()).toBeNull()
    const { token } = await client.auth.login.mutate({ email, password })
    expect(await client.auth.me.query()).toMatchObject({ email })
    await client.auth.logout.mutate()
    expect(await client.auth.me.query()).toBeNull()
    expect(storage.log).toEqual([`set ${token}`, 'remove'])
  })

  test('stores the token at registration and removes it at sign-out everywhere', async () => {
    const storage = memoryStorage()
    const client = createClient({ url: api.url, storage })
    const account = { email: `reader${++readers}@example.org`, password: 'a password for tests' }
    const { token } = await client.auth.register.mutate(account)
    expect(storage.get()).toBe(token)
    await client.auth.logoutEverywhere.mutate()
    expect(storage.get()).toBeNull()
  })

  test('stores nothing if the session is in a cookie or signing in fails', async () => {
    const { email, password } = await newReader()
    const storage = slowStorage()
    // Like a page of the same site.
    const client = createClient({ url: api.url, storage, headers: { origin: api.url } })
    expect(await client.auth.login.mutate({ email, password, session: 'cookie' })).toMatchObject({
      token: null,
    })
    await caught(client.auth.login.mutate({ email, password: 'another password' }))
    expect(storage.log).toEqual([])
  })

  test('stores the device at each sign-in, and sends it with the next one only', async () => {
    const { email, password } = await newReader()
    const storage = memoryStorage()
    const sent: [procedure: string, device: string | null][] = []
    const client = createClient({
      url: api.url,
      storage,
      fetch(url, init) {
        const procedure = new URL(url).pathname.slice('/trpc/'.length)
        sent.push([procedure, new Headers(init?.headers).get('prebook-device')])
        return fetch(url, init)
      },
    })
    await client.auth.login.mutate({ email, password })
    const device = await storage.device?.get()
    expect(device).toMatch(/^[\w.-]+$/)
    await client.auth.logout.mutate()
    expect(await storage.device?.get()).toBe(device)
    await client.auth.login.mutate({ email, password })
    expect(sent).toEqual([
      ['auth.login', null],
      ['auth.logout', null],
      ['auth.login', device],
    ])
    expect(await storage.device?.get()).not.toBe(device)
  })

  test('keeps a newer token when an older one has expired', async () => {
    const [older, newer] = [await newReader(), await newReader()]
    await createClient({ url: api.url, token: older.token }).auth.logout.mutate()
    const storage = memoryStorage(older.token)
    const expired: string[] = []
    const client = createClient({
      url: api.url,
      storage,
      onUnauthorized: (token) => expired.push(token),
      async fetch(url, init) {
        const response = await fetch(url, init)
        // A new sign-in happens before the response about the older token arrives.
        await storage.set(newer.token)
        return response
      },
    })
    expect(explainError(await caught(client.prebooks.list.query({})))).toMatchObject({
      reason: 'AUTH_REQUIRED',
    })
    expect(expired).toEqual([older.token])
    expect(storage.get()).toBe(newer.token)
    expect(await client.prebooks.list.query({})).toEqual({ items: [], nextCursor: null })
  })

  test('that is slow keeps the token of a sign-in during the removal of an expired one', async () => {
    const { email, password, token } = await newReader()
    await createClient({ url: api.url, token }).auth.logout.mutate()
    let stored: string | null = token
    const removing = Promise.withResolvers<void>()
    const removed = Promise.withResolvers<void>()
    const client = createClient({
      url: api.url,
      storage: {
        get: () => stored,
        set: (newToken) => void (stored = newToken),
        async remove() {
          removing.resolve()
          await removed.promise
          stored = null
        },
      },
      async fetch(url, init) {
        const response = await fetch(url, init)
        if (!url.includes('auth.login')) return response
        // The token of the answer is at hand when the removal ends.
        const text = await response.text()
        setImmediate(removed.resolve)
        return new Response(text, response)
      },
    })
    const refused = caught(client.account.get.query())
    await removing.promise
    const signingIn = client.auth.login.mutate({ email, password })
    await Promise.all([refused, signingIn])
    expect(stored).not.toBeNull()
    expect(await client.auth.me.query()).toMatchObject({ email })
  })

  test('that cannot store the token signs in all the same, and logs why', async () => {
    const { email, password } = await newReader()
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const full = new Error('The disk is full.')
    const storage = {
      ...memoryStorage(),
      set: () => Promise.reject(full),
      remove: () => Promise.reject(full),
    }
    const client = createClient({ url: api.url, storage })
    expect(await client.auth.login.mutate({ email, password })).toMatchObject({ user: { email } })
    expect(log).toHaveBeenCalledWith('Prebook: storage.set failed.', full)
    expect(await client.auth.me.query()).toMatchObject({ email })
    expect(await client.auth.logout.mutate()).toEqual({ ok: true })
    expect(await client.auth.me.query()).toBeNull()
  })

  test('whose device cannot be read or written signs in all the same', async () => {
    const { email, password } = await newReader()
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const fail = () => {
      throw new Error('locked')
    }
    const client = createClient({
      url: api.url,
      storage: { ...memoryStorage(), device: { get: fail, set: fail } },
    })
    await client.auth.login.mutate({ email, password })
    expect(await client.auth.me.query()).toMatchObject({ email })
    expect(log.mock.calls.map(([message]) => message)).toEqual([
      'Prebook: storage.device.get failed.',
      'Prebook: storage.device.set failed.',
    ])
  })
})

describe('the end of a session', () => {
  /** A client whose session was ended by another client. */
  async function endedClient() {
    const { token } = await newReader()
    await createClient({ url: api.url, token }).auth.logoutEverywhere.mutate()
    const storage = memoryStorage(token)
    const events: string[] = []
    const onUnauthorized = (expired: string) => events.push(expired === token ? 'expired' : 'another token')
    return { token, storage, events, client: createClient({ url: api.url, storage, onUnauthorized }) }
  }

  test('is reported before the call is refused, and removes the token', async () => {
    const { client, storage, events } = await endedClient()
    await client.prebooks.list.query({}).catch((error: unknown) => {
      const failure = explainError(error)
      events.push(failure.kind === 'refused' ? failure.reason : failure.kind)
    })
    expect(events).toEqual(['expired', 'AUTH_REQUIRED'])
    expect(storage.get()).toBeNull()
  })

  test('is reported once for concurrent calls', async () => {
    const { client, events } = await endedClient()
    await Promise.all(Array.from({ length: 25 }, () => caught(client.prebooks.list.query({}))))
    await caught(client.prebooks.list.query({}))
    expect(events).toEqual(['expired'])
  })

  test('is reported once for each token', async () => {
    const tokens = ['first', 'second']
    const expired: string[] = []
    const client = createClient({
      url: api.url,
      token: () => tokens[0],
      onUnauthorized: (token) => expired.push(token),
    })
    await caught(client.prebooks.list.query({}))
    await caught(client.prebooks.list.query({}))
    tokens.shift()
    await caught(client.prebooks.list.query({}))
    expect(expired).toEqual(['first', 'second'])
  })

  test('lets the application sign in again with the same client', async () => {
    const { email, password, token } = await newReader()
    await createClient({ url: api.url, token }).auth.logout.mutate()
    const { promise: expired, resolve } = Promise.withResolvers<string>()
    const client = createClient({ url: api.url, storage: memoryStorage(token), onUnauthorized: resolve })
    await caught(client.prebooks.list.query({}))
    expect(await expired).toBe(token)
    await client.auth.login.mutate({ email, password })
    expect(await client.prebooks.list.query({})).toEqual({ items: [], nextCursor: null })
  })

  test('is not reported for anonymous calls or other refusals', async () => {
    const { token } = await newReader()
    const expired: string[] = []
    const onUnauthorized = (ended: string) => expired.push(ended)
    await caught(createClient({ url: api.url, onUnauthorized }).prebooks.list.query({}))
    const reader = createClient({ url: api.url, token, onUnauthorized })
    expect(explainError(await caught(reader.users.list.query({})))).toMatchObject({
      reason: 'AUTH_FORBIDDEN',
    })
    expect(expired).toEqual([])
  })

  test('is a refusal also if onUnauthorized or the storage throws', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const client = createClient({
      url: api.url,
      storage: { get: () => 'expired', set() {}, remove: () => Promise.reject(new Error('locked')) },
      onUnauthorized() {
        throw new Error('No window.')
      },
    })
    const error = await caught(client.prebooks.list.query({}))
    expect(explainError(error)).toMatchObject({ kind: 'refused', reason: 'AUTH_REQUIRED' })
    expect(log.mock.calls.map(([message]) => message)).toEqual([
      'Prebook: storage.remove failed.',
      'Prebook: onUnauthorized failed.',
    ])
  })
})

describe('a token', () => {
  test('can be missing, or come from a function', async () => {
    for (const token of [null, undefined, '', () => null, () => undefined, async () => '']) {
      expect(await createClient({ url: api.url, token }).auth.me.query()).toBeNull()
    }
  })

  test('cannot be combined with a storage', () => {
    const both = { url: api.url, token: 'token', storage: memoryStorage() }
    expect(() => createClient(both)).toThrow('createClient: provide either token or storage, not both.')
  })

  test('is not sent to another server after a redirect', async () => {
    const { token } = await newReader()
    const received: (string | undefined)[] = []
    await using elsewhere = await serve((request, response) => {
      received.push(request.headers.authorization)
      answerWith(null)(request, response)
    })
    await using server = await serve((request, response) => {
      response.writeHead(307, { location: `${elsewhere.url}${request.url}` }).end()
    })
    let isSignedOut = false
    const client = createClient({ url: server.url, token, onUnauthorized: () => (isSignedOut = true) })
    expect(explainError(await caught(client.auth.me.query()))).toMatchObject({
      kind: 'not-prebook',
      message: `${server.url} redirects to ${elsewhere.url}. Use the URL of the service itself.`,
    })
    expect([received, isSignedOut]).toEqual([[], false])
  })
})
