import { createHash } from 'node:crypto'
import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { isWellFormedToken, type TokenScope } from '@prebook/core'
import { insertApiToken, openStore, type Store } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createApiTokens, newTokenText } from '../auth/api-tokens.ts'
import { createTestServer, joinTestServer, type Person, type TestServer } from '../testing/server.ts'
import { addBook, watchStock } from '../testing/watcher.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const notWorking = {
  cause: { reason: 'AUTH_REQUIRED', message: expect.stringContaining('revoked or replaced') },
}

/** A token with some scopes, and a caller that uses it. */
async function addToken(
  server: TestServer,
  admin: Person,
  scopes: TokenScope[] = ['stock:write'],
  expiresInDays?: number,
) {
  const created = await admin.call.tokens.create({ name: 'Till', scopes, expiresInDays })
  return { ...created, call: server.as(created.token) }
}

/** The same store, which counts its reads and writes. */
function counting(store: Store) {
  const counts = { reads: 0, writes: 0 }
  const counted = new Proxy(store, {
    get(target, name) {
      if (name === 'read') counts.reads += 1
      if (name === 'write') counts.writes += 1
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  return { store: counted, counts }
}

describe.each(engines)('tokens on $name', (engine) => {
  test('are shown once, and only their hash is stored', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const { email } = await admin.call.account.get()
    const { token, ...created } = await admin.call.tokens.create({
      name: ' Till ',
      scopes: ['users:read', 'stock:write'],
      expiresInDays: 30,
    })
    expect(isWellFormedToken(token)).toBe(true)
    expect(created).toMatchObject({
      name: 'Till',
      scopes: ['stock:write', 'users:read'],
      status: 'active',
      createdBy: admin.id,
      createdByEmail: email,
      lastUsedAt: null,
      revokedAt: null,
      overlapEndsAt: null,
    })
    const lifetime = Date.parse(String(created.expiresAt)) - Date.parse(created.createdAt)
    expect(lifetime).toBe(30 * DAY_MS)
    expect(await admin.call.tokens.list({})).toEqual({ items: [created], nextCursor: null })
    const rows = await server.services.store.read((reader) =>
      reader.selectFrom('api_tokens').selectAll().execute(),
    )
    expect(rows).toMatchObject([{ hash: createHash('sha256').update(token).digest('hex') }])
    expect(JSON.stringify(rows)).not.toContain(token.slice(4, 36))
  })

  test('are listed in pages, by their maker, and by whether they work', async () => {
    await using server = await createTestServer(engine)
    const [ann, bob] = [await server.admin(), await server.admin()]
    const first = await addToken(server, ann)
    const second = await addToken(server, bob)
    const third = await addToken(server, ann)
    await ann.call.tokens.revoke({ tokenId: third.id })
    const ids = async (input: Parameters<typeof ann.call.tokens.list>[0]) =>
      (await ann.call.tokens.list(input)).items.map(({ id }) => id)
    const page = await ann.call.tokens.list({ limit: 2 })
    expect(page.items.map(({ id }) => id)).toEqual([third.id, second.id])
    expect(await ids({ cursor: page.nextCursor })).toEqual([first.id])
    expect(await ids({ createdBy: ann.id })).toEqual([third.id, first.id])
    expect(await ids({ isActive: true })).toEqual([second.id, first.id])
    expect(await ids({ createdBy: ann.id, isActive: false })).toEqual([third.id])
    const { nextCursor } = await ann.call.users.list({ limit: 1 })
    await expect(ann.call.tokens.list({ cursor: nextCursor })).rejects.toThrow('cursor')
  })

  test('cost no access to the store when they are mistyped, and one read otherwise', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const { token } = await addToken(server, admin)
    const { store, counts } = counting(server.services.store)
    const tokens = createApiTokens(store, Date.now)
    for (const text of [token.slice(0, -1), `${token}x`, token.replace(/.$/, '-'), 'pbk_', `pbk_${token}`])
      await expect(tokens.find(text)).rejects.toMatchObject({
        reason: 'AUTH_REQUIRED',
        message: expect.stringContaining('mistyped'),
      })
    expect(counts).toEqual({ reads: 0, writes: 0 })
    await expect(tokens.find(newTokenText().text)).rejects.toMatchObject(notWorking.cause)
    expect(counts.reads).toBe(1)
    await tokens.find(token)
    expect(counts.reads).toBe(2)
  })

  test('have the minute of their last use, without a write for each', async () => {
    let now = Date.UTC(2026, 0, 1, 12, 0, 59)
    await using server = await createTestServer(engine, () => now)
    const admin = await server.admin()
    const { token } = await addToken(server, admin)
    const { store, counts } = counting(server.services.store)
    const tokens = createApiTokens(store, () => now)
    const lastUsed = async () => (await admin.call.tokens.list({})).items[0]?.lastUsedAt
    const useOften = async () => {
      await Promise.all(Array.from({ length: 20 }, () => tokens.find(token)))
      for (let count = 0; count < 5; count += 1) await tokens.find(token)
    }
    await useOften()
    await vi.waitFor(async () => expect(await lastUsed()).toBe('2026-01-01T12:00:00.000Z'), WAIT)
    await useOften()
    expect(counts.writes).toBe(1)
    now += 1_000
    await useOften()
    await vi.waitFor(async () => expect(await lastUsed()).toBe('2026-01-01T12:01:00.000Z'), WAIT)
    expect(counts.writes).toBe(2)
  })

  test('are refused from the request after they were revoked or expired', async () => {
    let now = Date.now()
    await using server = await createTestServer(engine, () => now)
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const revoked = await addToken(server, admin)
    const expiring = await addToken(server, admin, ['stock:write'], 2)
    await revoked.call.stock.set({ bookId, quantity: 1 })
    expect(await admin.call.tokens.revoke({ tokenId: revoked.id })).toEqual({ ok: true })
    await expect(revoked.call.stock.set({ bookId, quantity: 2 })).rejects.toMatchObject(notWorking)
    now += 2 * DAY_MS - 1
    await expiring.call.stock.set({ bookId, quantity: 3 })
    now += 1
    await expect(expiring.call.stock.set({ bookId, quantity: 4 })).rejects.toMatchObject(notWorking)
    expect(await admin.call.tokens.list({})).toMatchObject({
      items: [
        { id: expiring.id, status: 'expired' },
        { id: revoked.id, status: 'revoked', revokedAt: expect.stringMatching(/Z$/) },
      ],
    })
    expect((await admin.call.books.get({ bookId })).stockQuantity).toBe(3)
    for (const { id } of [revoked, expiring])
      await expect(admin.call.tokens.rotate({ tokenId: id, overlapHours: 1 })).rejects.toMatchObject({
        cause: { reason: 'TOKEN_NOT_FOUND', field: 'tokenId' },
      })
  })

  test('work in both forms during the overlap of a rotation, and then only in the new one', async () => {
    let now = Date.now()
    await using server = await createTestServer(engine, () => now)
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const first = await addToken(server, admin, ['stock:write'], 30)
    const rotate = async (overlapHours: number, expiresInDays?: number) => {
      const rotated = await admin.call.tokens.rotate({ tokenId: first.id, overlapHours, expiresInDays })
      return { ...rotated, call: server.as(rotated.token) }
    }
    const second = await rotate(3)
    const { token: _, call: __, ...unchanged } = first
    expect(second).toMatchObject({
      ...unchanged,
      overlapEndsAt: new Date(now + 3 * HOUR_MS).toISOString(),
    })
    now += 3 * HOUR_MS - 1
    const change = await first.call.stock.set({ bookId, quantity: 1, idempotencyKey: 'k' })
    // The key belongs to the token, whichever text it was used with.
    expect(await second.call.stock.set({ bookId, quantity: 1, idempotencyKey: 'k' })).toEqual(change)
    now += 1
    await expect(first.call.stock.set({ bookId, quantity: 2 })).rejects.toMatchObject(notWorking)
    await second.call.stock.set({ bookId, quantity: 3 })

    const third = await rotate(168)
    const fourth = await rotate(1, 40)
    expect(fourth.expiresAt).toBe(new Date(now + 40 * DAY_MS).toISOString())
    await expect(second.call.stock.set({ bookId, quantity: 4 })).rejects.toMatchObject(notWorking)
    await third.call.stock.set({ bookId, quantity: 5 })
    const fifth = await rotate(0)
    expect(fifth.overlapEndsAt).toBeNull()
    for (const { call } of [third, fourth])
      await expect(call.stock.set({ bookId, quantity: 6 })).rejects.toMatchObject(notWorking)
    await fifth.call.stock.set({ bookId, quantity: 7 })
    await admin.call.tokens.revoke({ tokenId: first.id })
    await expect(fifth.call.stock.set({ bookId, quantity: 8 })).rejects.toMatchObject(notWorking)
    expect((await admin.call.books.get({ bookId })).stockQuantity).toBe(7)
  })

  test('are rotated under load without a call that fails', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const { id: tokenId, ...first } = await addToken(server, admin)
    let current = first.token
    let calls = 0
    const stopping = new AbortController()
    const work = async () => {
      while (!stopping.signal.aborted) {
        await server.as(current).stock.adjust({ bookId, delta: 1 })
        calls += 1
      }
    }
    const workers = Array.from({ length: 8 }, work)
    for (let rotation = 1; rotation <= 5; rotation += 1) {
      const { token } = await admin.call.tokens.rotate({ tokenId, overlapHours: 1 })
      const soFar = calls
      // Calls with the text from before go on until the clients have the new one, and are done before the next rotation.
      await vi.waitFor(() => expect(calls).toBeGreaterThan(soFar + 20), WAIT)
      current = token
      await vi.waitFor(() => expect(calls).toBeGreaterThan(soFar + 60), WAIT)
    }
    stopping.abort()
    await Promise.all(workers)
    expect((await admin.call.books.get({ bookId })).stockQuantity).toBe(calls)
  })

  test('are named in what they did, and belong to no account', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const { email } = await admin.call.account.get()
    const till = await addToken(server, admin, ['catalogue:write', 'stock:write'])
    const book = { title: 'Dune', author: 'Frank Herbert', priceCents: 999, isbn: '9780441013593' }
    const { id: bookId } = await till.call.books.create({ ...book, stockQuantity: 2 })
    const { movement } = await till.call.stock.set({ bookId, quantity: 5 })
    expect(movement).toMatchObject({ actorId: null, tokenId: till.id })
    await till.call.books.import({
      rows: [{ ...book, title: 'Ubik', isbn: '9780553283686', stockQuantity: 1 }],
    })
    await admin.call.stock.adjust({ bookId, delta: 1 })

    const byToken = { actorId: null, actorEmail: null, tokenId: till.id, tokenName: 'Till' }
    const byAdmin = { actorId: admin.id, actorEmail: email, tokenId: null, tokenName: null }
    const history = await admin.call.stock.history({ bookId })
    expect(history.items).toMatchObject([byAdmin, byToken, byToken])
    expect((await till.call.stock.history({ bookId })).items).toMatchObject([
      { ...byAdmin, actorEmail: null },
      byToken,
      byToken,
    ])
    expect((await admin.call.audit.list({ tokenId: till.id })).items).toMatchObject([
      { ...byToken, action: 'books.import' },
      { ...byToken, action: 'stock.set' },
      { ...byToken, action: 'books.create' },
    ])
    expect((await admin.call.audit.list({ subject: `token:${till.id}` })).items).toMatchObject([
      { ...byAdmin, action: 'tokens.create', subjectTokenName: 'Till', details: { scopes: till.scopes } },
    ])
    const exported = await admin.call.account.export({})
    expect(exported.stockMovements).toMatchObject([{ actorId: admin.id, delta: 1 }])
  })

  test('with the scope for it see addresses, and none in lists of stock and demand', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const { email } = await reader.call.account.get()
    const bookId = await addBook(admin)
    await reader.call.prebooks.create({ bookId })
    const { call } = await addToken(server, admin, ['demand:read', 'users:read'])
    expect((await call.demand.waitlist({ bookId })).items).toMatchObject([{ email: null }])
    expect((await call.users.list({ role: 'reader' })).items).toMatchObject([{ email }])
    expect(await call.auth.me()).toBeNull()
  })

  test('outlive the role, the access and the account of their maker, and are counted when those change', async () => {
    await using server = await createTestServer(engine)
    const [admin, maker] = [await server.admin(), await server.admin()]
    const bookId = await addBook(admin)
    const { call } = await addToken(server, maker)
    const revoked = await addToken(server, maker)
    await maker.call.tokens.revoke({ tokenId: revoked.id })
    await addToken(server, maker)
    const userId = maker.id
    const demoted = await admin.call.users.setRole({ userId, role: 'staff' })
    expect(demoted).toMatchObject({ role: 'staff', activeTokens: 2 })
    await call.stock.set({ bookId, quantity: 1 })
    expect(await admin.call.users.deactivate({ userId })).toMatchObject({ activeTokens: 2 })
    await call.stock.set({ bookId, quantity: 2 })
    expect(await admin.call.users.reactivate({ userId })).toMatchObject({ activeTokens: 2 })
    await maker.call.account.erase({ password: 'a password for tests' })
    await call.stock.set({ bookId, quantity: 3 })
    expect((await admin.call.tokens.list({ createdBy: userId })).items[0]).toMatchObject({
      createdBy: userId,
      createdByEmail: null,
    })
    expect(await admin.call.users.update({ userId: admin.id, isActive: true })).toMatchObject({
      activeTokens: 0,
    })
  })

  test('are limited in the calls of a minute, each on its own', async () => {
    let now = Date.UTC(2026, 0, 1)
    await using server = await createTestServer(engine, () => now, { tokenRequestsPerMinute: 3 })
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const [till, other] = [await addToken(server, admin), await addToken(server, admin)]
    await till.call.stock.history({ bookId })
    // Refused calls count as well.
    await expect(till.call.demand.top({})).rejects.toMatchObject({ cause: { reason: 'AUTH_SCOPE_MISSING' } })
    await expect(till.call.account.get()).rejects.toMatchObject({ cause: { reason: 'AUTH_FORBIDDEN' } })
    now += 20_500
    await expect(till.call.stock.history({ bookId })).rejects.toMatchObject({
      cause: { reason: 'RATE_LIMITED', retryAfterSeconds: 40, message: expect.stringContaining('3 calls') },
    })
    await other.call.stock.history({ bookId })
    await till.call.books.list({})
    now += 39_500
    await till.call.stock.history({ bookId })
  })

  test('end their streams when they are revoked or expire', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: HOUR_MS })
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const [till, other] = [await addToken(server, admin), await addToken(server, admin)]
    const { text, hash } = newTokenText()
    const expiresSoon = { hash, name: 'Short', scopes: 'stock:write', created_by: admin.id, created_at: 1 }
    using watcher = await watchStock(server, till.token)
    using remaining = await watchStock(server, other.token)
    await server.services.store.write((tx) =>
      insertApiToken(tx, { ...expiresSoon, expires_at: Date.now() + 3_000 }),
    )
    using expiring = await watchStock(server, text)
    await vi.waitFor(() => expect(server.services.live.count('stock')).toBeGreaterThan(1), WAIT)
    await admin.call.stock.set({ bookId, quantity: 5 })
    await vi.waitFor(() => expect(watcher.items).toMatchObject([{ actorEmail: null }]), WAIT)
    await admin.call.tokens.revoke({ tokenId: till.id })
    expect(await watcher.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
    expect(await expiring.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
    await admin.call.stock.set({ bookId, quantity: 6 })
    await vi.waitFor(() => expect(remaining.items).toHaveLength(2), WAIT)
  })

  test.runIf(engine.name === 'postgres')('end their streams in other processes', async () => {
    await using here = await createTestServer(engine, Date.now, { resyncMs: HOUR_MS })
    await using there = await joinTestServer(here.url, openStore, Date.now, { resyncMs: HOUR_MS })
    const admin = await here.admin()
    const bookId = await addBook(admin)
    const { id, token } = await addToken(here, admin)
    using watcher = await watchStock(there, token, { afterMovementId: 0 })
    await admin.call.stock.set({ bookId, quantity: 5 })
    await vi.waitFor(() => expect(watcher.items).toHaveLength(1), WAIT)
    await admin.call.tokens.revoke({ tokenId: id })
    expect(await watcher.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
  })
})
