import { WAIT } from '@prebook/testing/bounds'
import { createHash } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { MAX_SESSIONS } from '@prebook/core'
import { engines } from '@prebook/db/testing'
import { addBook, watchPrebooks, watchStock } from '../testing/watcher.ts'
import { createTestServer } from '../testing/server.ts'

const notFound = { cause: { reason: 'SESSION_NOT_FOUND', field: 'sessionId' } }
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

describe.each(engines)('the sessions of an account on $name', (engine) => {
  test('are listed with the current one first, without token or hash', async () => {
    await using server = await createTestServer(engine)
    const [reader, other] = [await server.reader(), await server.reader()]
    const { token } = await server.services.sessions.start(reader.id, { userAgent: firefox })
    const { items } = await reader.call.account.sessions()
    expect(items).toEqual([
      {
        id: expect.any(Number),
        current: true,
        agent: null,
        createdAt: expect.any(String),
        lastUsedAt: expect.stringMatching(/:00:00\.000Z$/),
        expiresAt: expect.any(String),
      },
      expect.objectContaining({ current: false, agent: 'Firefox on Linux' }),
    ])
    const fromThere = await server.as(token).account.sessions()
    expect(fromThere.items.map(({ id, current }) => [id, current])).toEqual([
      [items[1]?.id, true],
      [items[0]?.id, false],
    ])
    expect((await other.call.account.sessions()).items).toHaveLength(1)
    const text = JSON.stringify([items, fromThere])
    for (const secret of [token, reader.token])
      for (const form of [secret, createHash('sha256').update(secret).digest('hex')])
        expect(text).not.toContain(form)
  })

  test(`are listed up to ${MAX_SESSIONS}, and all others end together`, async () => {
    await using server = await createTestServer(engine)
    const [reader, other] = [await server.reader(), await server.reader()]
    for (let count = 0; count < MAX_SESSIONS + 5; count += 1) await server.services.sessions.start(reader.id)
    const { items } = await reader.call.account.sessions()
    expect(items).toHaveLength(MAX_SESSIONS)
    expect(items.map(({ current }) => current)).toEqual([true, ...items.slice(1).map(() => false)])
    expect(new Set(items.map(({ id }) => id)).size).toBe(MAX_SESSIONS)
    expect(await reader.call.account.endOtherSessions()).toEqual({ ok: true })
    expect((await reader.call.account.sessions()).items).toMatchObject([{ current: true }])
    expect(await other.call.auth.me()).not.toBeNull()
  })

  test('end one by one, which ends the streams of that session only', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const admin = await server.admin()
    await addBook(admin)
    const { token } = await server.services.sessions.start(admin.id)
    using mine = await watchPrebooks(server, admin.token)
    using prebooks = await watchPrebooks(server, token)
    using stock = await watchStock(server, token)
    await vi.waitFor(() => {
      expect([server.services.live.count('prebooks'), server.services.live.count('stock')]).toEqual([2, 1])
    }, WAIT)
    const [, other] = (await admin.call.account.sessions()).items
    expect(await admin.call.account.endSession({ sessionId: other?.id ?? 0 })).toEqual({ ok: true })
    expect(await prebooks.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
    expect(await stock.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
    expect(await server.as(token).auth.me()).toBeNull()
    expect(await admin.call.auth.me()).not.toBeNull()
    mine.leave()
    expect(await mine.ended).toBeNull()
  })

  test('end by the account itself only: somebody else’s is refused like one that does not exist', async () => {
    await using server = await createTestServer(engine)
    const [reader, other, admin] = [await server.reader(), await server.reader(), await server.admin()]
    const sessionId = (await reader.call.account.sessions()).items[0]?.id ?? 0
    const refusal = async (call: Promise<unknown>) => {
      const error: unknown = await call.catch((thrown: unknown) => thrown)
      expect(error).toMatchObject(notFound)
      return String(error)
    }
    const foreign = await refusal(other.call.account.endSession({ sessionId }))
    expect(await refusal(admin.call.account.endSession({ sessionId }))).toBe(foreign)
    expect(await refusal(other.call.account.endSession({ sessionId: 1 }))).toBe(foreign)
    expect(await reader.call.auth.me()).not.toBeNull()
    await reader.call.account.endSession({ sessionId })
    expect(await reader.call.auth.me()).toBeNull()
  })
})
