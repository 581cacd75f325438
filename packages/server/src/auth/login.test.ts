import { PrebookError } from '@prebook/core'
import { describe, expect, test } from 'vitest'
import { insertUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createRequestContext, type RequestContext, type RequestFacts } from '../context.ts'
import { createTestServer, testContext, type TestServer } from '../testing/server.ts'
import { login } from './login.ts'
import { register } from './register.ts'

const ann = { email: 'ann@example.org', password: 'a password for tests' }
const byToken = { ...ann, session: 'token' as const }
const byCookie = { ...ann, session: 'cookie' as const }

/** The context of a request, and the device tokens that its response sets. */
function requestWith({ services }: TestServer, facts: Partial<RequestFacts> = {}) {
  const sent: { header?: string; cookie?: string } = {}
  const context: RequestContext = createRequestContext(services, {
    ...testContext(services).request,
    secure: false,
    trustedOrigin: true,
    setDeviceCookie: (tokens) => (sent.cookie = tokens),
    setDeviceHeader: (token) => (sent.header = token),
    setRateLimit: () => {},
    ...facts,
  })
  return { context, sent }
}

describe.each(engines)('a sign-in on $name', (engine) => {
  test('does the same work with a wrong password as with an unknown address, and as for a guest', async () => {
    await using server = await createTestServer(engine)
    const { context } = requestWith(server)
    await register(context, byToken)
    const { store, passwords } = server.services
    const guest = { email: 'guest@example.org', passwordHash: null, role: 'reader', verified: true } as const
    await store.write((tx) => insertUser(tx, { ...guest, now: 1 }))
    let commits = 0
    let verifications = 0
    const verify = passwords.verify.bind(passwords)
    passwords.verify = (...of) => {
      verifications += 1
      return verify(...of)
    }
    const write = store.write.bind(store)
    store.write = (work, eventFor) => {
      commits += 1
      return write(work, eventFor)
    }
    const workOf = async (email: string) => {
      commits = 0
      verifications = 0
      await expect(login(context, { ...byToken, email, password: 'a wrong password' })).rejects.toMatchObject(
        { reason: 'AUTH_INVALID_CREDENTIALS' },
      )
      return { commits, verifications }
    }
    for (const email of [ann.email, 'unknown@example.org', guest.email])
      expect(await workOf(email)).toEqual({ commits: 1, verifications: 1 })
  })

  test('gives a device token as a cookie or as a header, as it gives the session', async () => {
    await using server = await createTestServer(engine)
    const token = expect.stringMatching(/^[\w-]+\.[\w-]{43}$/)
    const registering = requestWith(server)
    await register(registering.context, byToken)
    expect(registering.sent).toEqual({ header: token })
    const cookie = requestWith(server)
    await login(cookie.context, byCookie)
    expect(cookie.sent).toEqual({ cookie: token })
    const failing = requestWith(server)
    await login(failing.context, { ...byCookie, password: 'wrong' }).catch(() => {})
    expect(failing.sent).toEqual({})
  })

  test('keeps the device tokens of other accounts in the cookie, and replaces that of its own', async () => {
    let now = Date.UTC(2026, 5, 1)
    await using server = await createTestServer(engine, () => now)
    const first = requestWith(server)
    await register(first.context, byCookie)
    const second = requestWith(server, { cookie: `prebook_device=${first.sent.cookie}` })
    await register(second.context, { ...byCookie, email: 'bob@example.org' })
    const [bobs, anns] = String(second.sent.cookie).split('~')
    expect(anns).toBe(first.sent.cookie)
    now += 1_000
    const third = requestWith(server, { cookie: `a=b; prebook_device=${second.sent.cookie}` })
    await login(third.context, byCookie)
    const [renewed, ...others] = String(third.sent.cookie).split('~')
    expect(renewed).not.toBe(anns)
    expect(others).toEqual([bobs])
  })

  test('is rejected before anything is stored when the hashing queue is full, and so is a registration', async () => {
    await using server = await createTestServer(engine)
    const { context } = requestWith(server)
    const full = new PrebookError('STORE_BUSY', { retryAfterSeconds: 2 })
    const requireRoom = () => {
      throw full
    }
    const passwords = { ...server.services.passwords, requireRoom }
    const busy = createRequestContext({ ...server.services, passwords }, context.request)
    await expect(login(busy, byToken)).rejects.toBe(full)
    await expect(register(busy, byToken)).rejects.toBe(full)
    const counts = await server.services.store.read((reader) =>
      reader.selectFrom('throttle_counts').select('key').execute(),
    )
    expect(counts).toEqual([])
  })

  test('does not count a registration whose password could not be hashed', async () => {
    await using server = await createTestServer(engine)
    const { context } = requestWith(server)
    const busy = new Error('no thread is free')
    const passwords = { ...server.services.passwords, hash: () => Promise.reject(busy) }
    await expect(
      register(createRequestContext({ ...server.services, passwords }, context.request), byToken),
    ).rejects.toBe(busy)
    const counts = await server.services.store.read((reader) =>
      reader.selectFrom('throttle_counts').select('tries').execute(),
    )
    expect(counts).toEqual([{ tries: 0 }])
  })

  test('does not count a password that could not be checked', async () => {
    await using server = await createTestServer(engine)
    const { context } = requestWith(server)
    await register(context, byToken)
    const busy = new Error('no thread is free')
    const passwords = { ...server.services.passwords, verify: () => Promise.reject(busy) }
    const slow = createRequestContext({ ...server.services, passwords }, context.request)
    await expect(login(slow, byToken)).rejects.toBe(busy)
    const rows = await server.services.store.read((reader) =>
      reader.selectFrom('throttle_counts').select('tries').where('tries', '=', 0).execute(),
    )
    // The network, and the account from the network.
    expect(rows).toHaveLength(2)
  })
})
