import { describe, expect, test, vi } from 'vitest'
import { PrebookError } from '@prebook/core'
import { openStore, type HeardNews, type Store } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createTestServer, joinTestServer, type Person, type TestServer } from '../testing-server.ts'
import { MOST_STREAMS } from './live-hub.ts'
import { finalStates, watchPrebooks } from './testing-watcher.ts'

const WAIT = { timeout: 10_000, interval: 5 }

async function addBooks(admin: Person, count: number): Promise<number[]> {
  const ids: number[] = []
  for (let serial = 1; serial <= count; serial += 1) {
    const book = { title: `Title ${serial}`, author: 'A. Author', priceCents: 999 }
    ids.push((await admin.call.books.create(book)).id)
  }
  return ids
}

async function addBook(admin: Person): Promise<number> {
  return (await addBooks(admin, 1))[0] as number
}

/** A store whose listeners hear nothing but what the test tells `deafen` to pass on. */
function deafened(store: Store, heard: (hear: (news: HeardNews) => void) => void = () => {}): Store {
  return changed(store, {
    listen(hear) {
      heard(hear)
      return () => {}
    },
  })
}

/** A store with some methods of the test's own. */
function changed(store: Store, own: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const value = own[name] ?? target[name]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The services once more, as another process has them, on a store of the test's making. */
async function join(server: TestServer, resyncMs: number, change: (store: Store) => Store) {
  // SQLite serves one process: there the other one shares its store.
  const open = async (url: string) =>
    server.services.store.engine === 'sqlite'
      ? changed(server.services.store, { close: async () => {} })
      : openStore(url)
  return joinTestServer(server.url, async (url) => change(await open(url)), Date.now, { resyncMs })
}

/** Whether rows of a query hold that of a prebook. */
function holds(rows: unknown, prebookId: number): boolean {
  return Array.isArray(rows) && rows.some((row) => (row as { id?: number }).id === prebookId)
}

describe.each(engines)('watching prebooks on $name', (engine) => {
  test('begins with the state of each, oldest first, over several pages, and then tells each change once', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookIds = await addBooks(admin, 120)
    const ids: number[] = []
    for (const bookId of bookIds) ids.push((await reader.call.prebooks.create({ bookId })).id)
    await admin.call.stock.set({ bookId: bookIds[0] as number, quantity: 1 })
    await reader.call.prebooks.cancel({ prebookId: ids[1] as number })

    using watcher = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(watcher.items).toHaveLength(120), WAIT)
    expect(watcher.items.map(({ id }) => id)).toEqual(ids)
    expect(watcher.items.slice(0, 3).map(({ status }) => status)).toEqual([
      'notified',
      'cancelled',
      'waiting',
    ])

    const bookId = await addBook(admin)
    const { id } = await reader.call.prebooks.create({ bookId })
    await vi.waitFor(() => expect(finalStates(watcher)[id]).toBe('waiting'), WAIT)
    await admin.call.stock.set({ bookId, quantity: 2 })
    await vi.waitFor(() => expect(finalStates(watcher)[id]).toBe('notified'), WAIT)
    await reader.call.prebooks.cancel({ prebookId: id })
    await vi.waitFor(() => expect(finalStates(watcher)[id]).toBe('cancelled'), WAIT)
    expect(watcher.items.slice(120).map(({ status }) => status)).toEqual(['waiting', 'notified', 'cancelled'])
    expect(watcher.lastEventId()).toBe(`${id}:cancelled`)
    expect(watcher.items.at(-1)).toEqual(
      (await reader.call.prebooks.list({ limit: 1, status: 'cancelled' })).items[0],
    )
  })

  test('tells nobody of somebody else’s, even on the same waitlist', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const readers = await Promise.all(Array.from({ length: 6 }, () => server.reader()))
    const watchers = await Promise.all(readers.map(({ token }) => watchPrebooks(server, token)))
    const ids = await Promise.all(
      readers.map(async ({ call }) => (await call.prebooks.create({ bookId })).id),
    )
    await admin.call.stock.set({ bookId, quantity: 1 })
    await vi.waitFor(
      () => expect(watchers.map(finalStates)).toEqual(ids.map((id) => ({ [id]: 'notified' }))),
      WAIT,
    )
    for (const watcher of watchers) watcher.leave()
  })

  test('tells what changes while the first look is under way', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    const { id } = await reader.call.prebooks.create({ bookId })
    const { store } = server.services
    // The restock is committed right after the look has read its page, and before the page is told.
    const read = store.read.bind(store)
    const look = vi.spyOn(store, 'read').mockImplementation(async (work) => {
      const result = await read(work)
      if (holds(result, id)) {
        look.mockRestore()
        await admin.call.stock.set({ bookId, quantity: 1 })
      }
      return result
    })
    using watcher = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'notified' }), WAIT)
  })

  test('never goes back to an older state that is read late', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    const [bookId, other] = (await addBooks(admin, 2)) as [number, number]
    const { id } = await reader.call.prebooks.create({ bookId })
    using watcher = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'waiting' }), WAIT)

    // What the hub reads for the restock is held up until the prebook has been cancelled, and that was told.
    const { store } = server.services
    const read = store.read.bind(store)
    const [reached, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const held = vi.spyOn(store, 'read').mockImplementation(async (work) => {
      const result = await read(work)
      if (!holds(result, id)) return result
      held.mockRestore()
      reached.resolve()
      await release.promise
      return result
    })
    await admin.call.stock.set({ bookId, quantity: 1 })
    await reached.promise
    await reader.call.prebooks.cancel({ prebookId: id })
    await vi.waitFor(() => expect(finalStates(watcher)[id]).toBe('cancelled'), WAIT)
    release.resolve()
    const { id: later } = await reader.call.prebooks.create({ bookId: other })
    await admin.call.stock.set({ bookId: other, quantity: 1 })
    await vi.waitFor(() => expect(finalStates(watcher)[later]).toBe('notified'), WAIT)
    const states = watcher.items.filter((item) => item.id === id).map(({ status }) => status)
    expect(states).toEqual(['waiting', 'cancelled'])
  })

  test('makes up for news that got lost, by looking again after a while', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    const { id } = await reader.call.prebooks.create({ bookId })
    await using deaf = await join(server, 200, (store) => deafened(store))
    using watcher = await watchPrebooks(deaf, reader.token)
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'waiting' }), WAIT)
    await admin.call.stock.set({ bookId, quantity: 1 })
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'notified' }), WAIT)
    await reader.call.auth.logout()
    expect(await watcher.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
  })

  test('looks at everything when news may have been missed', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    const { id } = await reader.call.prebooks.create({ bookId })
    let tell = (_news: HeardNews) => {}
    await using deaf = await join(server, 3_600_000, (store) =>
      deafened(store, (hear) => {
        tell = hear
      }),
    )
    using watcher = await watchPrebooks(deaf, reader.token)
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'waiting' }), WAIT)
    await admin.call.stock.set({ bookId, quantity: 1 })
    tell({ kind: 'missed' })
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'notified' }), WAIT)
  })

  test('waits for a slow reader without piling up, and ends with what is true', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    using watcher = await watchPrebooks(server, reader.token)
    watcher.pause()
    let last = 0
    for (let round = 0; round < 30; round += 1) {
      last = (await reader.call.prebooks.create({ bookId })).id
      if (round < 29) await reader.call.prebooks.cancel({ prebookId: last })
    }
    await admin.call.stock.set({ bookId, quantity: 1 })
    await vi.waitFor(() => expect(watcher.items.length).toBeGreaterThan(0), WAIT)
    watcher.resume()
    await vi.waitFor(() => expect(finalStates(watcher)[last]).toBe('notified'), WAIT)
    const { items } = await reader.call.prebooks.list({ limit: 100 })
    expect(finalStates(watcher)).toEqual(Object.fromEntries(items.map(({ id, status }) => [id, status])))
    // States, not events: what changed while it was not read came once.
    expect(watcher.items.length).toBeLessThanOrEqual(items.length + 1)
  })

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
  ])('is ended by $how, with the reason, and lets go of everything', async ({ reason, end }) => {
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

  test('is refused to who is not signed in', async () => {
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

  test('is closed without a word when the server stops, and not opened any more', async () => {
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

  test('looks again by itself when the store was busy', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    using watcher = await watchPrebooks(server, reader.token)
    const { store } = server.services
    await vi.waitFor(() => expect(server.services.live.count('prebooks')).toBe(1), WAIT)
    let busy = false
    // Heard when the hub hears it too: the next read is the look that follows.
    const stop = store.listen(() => {
      if (!busy) vi.spyOn(store, 'read').mockRejectedValueOnce(new PrebookError('STORE_BUSY'))
      busy = true
    })
    const { id } = await reader.call.prebooks.create({ bookId })
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'waiting' }), WAIT)
    expect(busy).toBe(true)
    stop()
  })

  test('costs a restock one lookup for each connected reader, however many wait', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    const { id } = await reader.call.prebooks.create({ bookId })
    for (let count = 0; count < 8; count += 1) await (await server.reader()).call.prebooks.create({ bookId })
    using watcher = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(watcher.items).toHaveLength(1), WAIT)
    const rows: unknown[][] = []
    const { store } = server.services
    const read = store.read.bind(store)
    vi.spyOn(store, 'read').mockImplementation(async (work) => {
      const result = await read(work)
      if (Array.isArray(result)) rows.push(result)
      return result
    })
    await admin.call.stock.set({ bookId, quantity: 1 })
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'notified' }), WAIT)
    expect(rows.flat()).toHaveLength(1)
  })
})

describe.each(engines.filter(({ name }) => name === 'postgres'))(
  'watching between processes on $name',
  (engine) => {
    test('a restock on one process reaches streams on another, and so does the end of a session', async () => {
      await using here = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
      const [admin, reader] = [await here.admin(), await here.reader()]
      await using there = await joinTestServer(here.url, openStore, Date.now, { resyncMs: 3_600_000 })
      there.services.live.listen()
      const bookId = await addBook(admin)
      using watcher = await watchPrebooks(there, reader.token)
      // Listening takes a connection; until it is there nothing is heard, so a reader pre-books until it is.
      await vi.waitFor(async () => {
        await reader.call.prebooks.create({ bookId: await addBook(admin) })
        expect(watcher.items).not.toHaveLength(0)
      }, WAIT)
      const { id } = await reader.call.prebooks.create({ bookId })
      await vi.waitFor(() => expect(finalStates(watcher)[id]).toBe('waiting'), WAIT)
      await admin.call.stock.set({ bookId, quantity: 3 })
      await vi.waitFor(() => expect(finalStates(watcher)[id]).toBe('notified'), WAIT)
      await reader.call.auth.logout()
      expect(await watcher.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
    })

    test('news lost with a connection is made up for when it is back', async () => {
      await using here = await createTestServer(engine)
      const [admin, reader] = [await here.admin(), await here.reader()]
      await using there = await joinTestServer(here.url, openStore, Date.now, { resyncMs: 3_600_000 })
      const bookId = await addBook(admin)
      const { id } = await reader.call.prebooks.create({ bookId })
      using watcher = await watchPrebooks(there, reader.token)
      await vi.waitFor(() => expect(finalStates(watcher)[id]).toBe('waiting'), WAIT)
      await engine.cutConnections?.(here.url)
      await vi.waitFor(() => admin.call.stock.set({ bookId, quantity: 3 }), WAIT)
      await vi.waitFor(() => expect(finalStates(watcher)[id]).toBe('notified'), WAIT)
    })
  },
)
