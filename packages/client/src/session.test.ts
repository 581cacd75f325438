import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { createClient, explainError, memoryStorage, type TokenStorage } from './index.ts'
import { caught } from './testing/caught.ts'
import { answering, serve } from './testing/servers.ts'

let api: ApiProcess
let readers = 0
beforeAll(async () => {
  api = await spawnApi({ env: { REGISTRATIONS_PER_HOUR: '1000' } })
})
afterAll(() => api[Symbol.asyncDispose]())

/** A fresh account with a session. */
async function newReader() {
  const account = { email: `reader${++readers}@example.org`, password: 'a password for tests' }
  const { token } = await createClient({ url: api.url }).auth.register.mutate(account)
  return { ...account, token: String(token) }
}

/** A storage that is slow and tells what was done to it. */
function slowStorage(token: string | null = null): TokenStorage & { log: string[] } {
  const storage = memoryStorage(token)
  const log: string[] = []
  return {
    log,
    async get() {
      await Promise.resolve()
      return storage.get()
    },
    async set(fresh) {
      await Promise.resolve()
      log.push(`set ${fresh}`)
      await storage.set(fresh)
    },
    async remove() {
      await Promise.resolve()
      log.push('remove')
      await storage.remove()
    },
  }
}

describe('a client with a storage', () => {
  test('is signed in by signing in, and signed out by signing out', async () => {
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

  test('is signed in by registering, and signed out by signing out everywhere', async () => {
    const storage = memoryStorage()
    const client = createClient({ url: api.url, storage })
    const account = { email: `reader${++readers}@example.org`, password: 'a password for tests' }
    const { token } = await client.auth.register.mutate(account)
    expect(storage.get()).toBe(token)
    await client.auth.logoutEverywhere.mutate()
    expect(storage.get()).toBeNull()
  })

  test('keeps nothing when the session is in a cookie, or signing in fails', async () => {
    const { email, password } = await newReader()
    const storage = slowStorage()
    // As a page of the same site would send it.
    const client = createClient({ url: api.url, storage, headers: { origin: api.url } })
    expect(await client.auth.login.mutate({ email, password, session: 'cookie' })).toMatchObject({
      token: null,
    })
    await caught(client.auth.login.mutate({ email, password: 'another password' }))
    expect(storage.log).toEqual([])
  })

  test('keeps the newer token when the older one turns out to be over', async () => {
    const [older, newer] = [await newReader(), await newReader()]
    await createClient({ url: api.url, token: older.token }).auth.logout.mutate()
    const storage = memoryStorage(older.token)
    const over: string[] = []
    const client = createClient({
      url: api.url,
      storage,
      onUnauthorized: (token) => over.push(token),
      async fetch(url, init) {
        const response = await fetch(url, init)
        // Somebody signs in while the answer about the older token is on its way.
        await storage.set(newer.token)
        return response
      },
    })
    expect(explainError(await caught(client.prebooks.list.query({})))).toMatchObject({
      reason: 'AUTH_REQUIRED',
    })
    expect(over).toEqual([older.token])
    expect(storage.get()).toBe(newer.token)
    expect(await client.prebooks.list.query({})).toEqual({ items: [], nextCursor: null })
  })

  test('tells when the storage fails: what signing in gave is lost', async () => {
    const { email, password } = await newReader()
    const storage = { ...memoryStorage(), set: () => Promise.reject(new Error('The disk is full.')) }
    const error = await caught(createClient({ url: api.url, storage }).auth.login.mutate({ email, password }))
    expect(explainError(error)).toEqual({ kind: 'unknown', message: 'The disk is full.' })
  })
})

describe('the end of a session', () => {
  /** A client whose session has been ended from elsewhere. */
  async function endedClient() {
    const { token } = await newReader()
    await createClient({ url: api.url, token }).auth.logoutEverywhere.mutate()
    const storage = memoryStorage(token)
    const events: string[] = []
    const onUnauthorized = (over: string) => events.push(over === token ? 'over' : 'another token')
    return { token, storage, events, client: createClient({ url: api.url, storage, onUnauthorized }) }
  }

  test('is told before the call is refused, and the token is forgotten', async () => {
    const { client, storage, events } = await endedClient()
    await client.prebooks.list.query({}).catch((error: unknown) => {
      const failure = explainError(error)
      events.push(failure.kind === 'refused' ? failure.reason : failure.kind)
    })
    expect(events).toEqual(['over', 'AUTH_REQUIRED'])
    expect(storage.get()).toBeNull()
  })

  test('is told once, however many calls find out', async () => {
    const { client, events } = await endedClient()
    await Promise.all(Array.from({ length: 25 }, () => caught(client.prebooks.list.query({}))))
    await caught(client.prebooks.list.query({}))
    expect(events).toEqual(['over'])
  })

  test('is told once for each token', async () => {
    const tokens = ['first', 'second']
    const over: string[] = []
    const client = createClient({
      url: api.url,
      token: () => tokens[0],
      onUnauthorized: (token) => over.push(token),
    })
    await caught(client.prebooks.list.query({}))
    await caught(client.prebooks.list.query({}))
    tokens.shift()
    await caught(client.prebooks.list.query({}))
    expect(over).toEqual(['first', 'second'])
  })

  test('lets the application sign in anew, with the same client', async () => {
    const { email, password, token } = await newReader()
    await createClient({ url: api.url, token }).auth.logout.mutate()
    const { promise: over, resolve } = Promise.withResolvers<string>()
    const client = createClient({ url: api.url, storage: memoryStorage(token), onUnauthorized: resolve })
    await caught(client.prebooks.list.query({}))
    expect(await over).toBe(token)
    await client.auth.login.mutate({ email, password })
    expect(await client.prebooks.list.query({})).toEqual({ items: [], nextCursor: null })
  })

  test('is nothing that an anonymous call or another refusal tells', async () => {
    const { token } = await newReader()
    const over: string[] = []
    const onUnauthorized = (dead: string) => over.push(dead)
    await caught(createClient({ url: api.url, onUnauthorized }).prebooks.list.query({}))
    const reader = createClient({ url: api.url, token, onUnauthorized })
    expect(explainError(await caught(reader.users.list.query({})))).toMatchObject({
      reason: 'AUTH_FORBIDDEN',
    })
    expect(over).toEqual([])
  })

  test('makes the call fail with what the application throws on being told', async () => {
    const client = createClient({
      url: api.url,
      token: 'over',
      onUnauthorized() {
        throw new Error('No window to ask in.')
      },
    })
    const error = await caught(client.prebooks.list.query({}))
    expect(explainError(error)).toEqual({ kind: 'unknown', message: 'No window to ask in.' })
  })
})

describe('a token', () => {
  test('may be looked up, and be none', async () => {
    for (const token of [null, undefined, '', () => null, () => undefined, async () => '']) {
      expect(await createClient({ url: api.url, token }).auth.me.query()).toBeNull()
    }
  })

  test('and a storage at once are refused', () => {
    const both = { url: api.url, token: 'token', storage: memoryStorage() }
    expect(() => createClient(both)).toThrow('createClient: give token or storage, not both.')
  })

  test('goes to nobody but the server', async () => {
    const { token } = await newReader()
    const seen: (string | undefined)[] = []
    await using elsewhere = await serve((request, response) => {
      seen.push(request.headers.authorization)
      answering(null)(request, response)
    })
    await using server = await serve((request, response) => {
      response.writeHead(307, { location: `${elsewhere.url}${request.url}` }).end()
    })
    await createClient({ url: server.url, token }).auth.me.query()
    expect(seen).toEqual([undefined])
  })
})
