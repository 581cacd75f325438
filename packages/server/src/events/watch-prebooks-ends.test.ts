import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createTestServer, type Person } from '../testing/server.ts'
import { MOST_STREAMS } from '@prebook/core'
import { addBook, finalStates, watchPrebooks } from '../testing/watcher.ts'

describe.each(engines)('watching prebooks on $name', (engine) => {
  test.each([
    {
      how: 'logging out',
      reason: 'AUTH_REQUIRED',
      end: (_admin: Person, reader: Person) => reader.call.auth.logout(),
    },
    {
      how: 'logging out everywhere',
      reason: 'AUTH_REQUIRED',
      end: (_admin: Person, reader: Person) => reader.call.auth.logoutEverywhere(),
    },
    {
      how: 'deactivating the account',
      reason: 'AUTH_ACCOUNT_DEACTIVATED',
      end: (admin: Person, reader: Person) => admin.call.users.deactivate({ userId: reader.id }),
    },
  ])('is ended by $how, with the reason, and releases its resources', async ({ reason, end }) => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader, other] = [await server.admin(), await server.reader(), await server.reader()]
    const bookId = await addBook(admin)
    const { id } = await reader.call.prebooks.create({ bookId })
    using watcher = await watchPrebooks(server, reader.token)
    using unaffected = await watchPrebooks(server, other.token)
    await vi.waitFor(() => expect(watcher.items).toHaveLength(1), WAIT)
    await end(admin, reader)
    expect(await watcher.ended).toMatchObject({ reason })
    await admin.call.stock.set({ bookId, quantity: 1 })
    expect(finalStates(watcher)).toEqual({ [id]: 'waiting' })
    expect(server.services.live.count('prebooks')).toBe(1)
    unaffected.leave()
    expect(await unaffected.ended).toBeNull()
    expect(server.services.live.count('prebooks')).toBe(0)
  })

  test('is not ended when another session of the account ends', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const { token } = await server.services.sessions.start(reader.id)
    using watcher = await watchPrebooks(server, reader.token)
    await server.as(token).auth.logout()
    const { id } = await reader.call.prebooks.create({ bookId: await addBook(admin) })
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'waiting' }), WAIT)
  })

  test('requires a signed-in user', async () => {
    await using server = await createTestServer(engine)
    await expect(watchPrebooks(server, 'no-such-token')).rejects.toMatchObject({
      cause: { reason: 'AUTH_REQUIRED' },
    })
    expect(server.services.live.count('prebooks')).toBe(0)
  })

  test(`ends the oldest stream of an account that opens more than ${MOST_STREAMS}`, async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    const watchers = []
    for (let count = 0; count <= MOST_STREAMS; count += 1)
      watchers.push(await watchPrebooks(server, reader.token))
    expect(await watchers[0]?.ended).toMatchObject({ reason: 'RATE_LIMITED' })
    await vi.waitFor(() => expect(server.services.live.count('prebooks')).toBe(MOST_STREAMS), WAIT)
    for (const watcher of watchers) watcher.leave()
    for (const watcher of watchers.slice(1)) expect(await watcher.ended).toBeNull()
    expect(server.services.live.count('prebooks')).toBe(0)
  })

  test('is closed without an error when the server shuts down, and new streams are rejected', async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    using watcher = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(server.services.live.count('prebooks')).toBe(1), WAIT)
    server.services.live.close()
    expect(await watcher.ended).toMatchObject({ name: 'AbortError' })
    using late = await watchPrebooks(server, reader.token)
    expect(await late.ended).toMatchObject({ name: 'AbortError' })
    expect(server.services.live.count('prebooks')).toBe(0)
  })
})
