import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { PrebookError } from '@prebook/core'
import { openStore, type ReceivedEvent, type Store } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createTestServer, joinTestServer, type TestServer } from '../testing/server.ts'
import { addBook, finalStates, watchPrebooks } from '../testing/watcher.ts'

/** A store that emits no events. The callback receives each listener, so that a test can emit events to it. */
function withoutEvents(
  store: Store,
  onListen: (onEvent: (event: ReceivedEvent) => void) => void = () => {},
): Store {
  return changed(store, {
    listen(onEvent) {
      onListen(onEvent)
      return () => {}
    },
  })
}

/** A store with some methods replaced. */
function changed(store: Store, own: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const value = own[name] ?? target[name]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** Services of another process, on a modified store. */
async function join(server: TestServer, resyncMs: number, change: (store: Store) => Store) {
  // SQLite supports one process, so the other services share its store.
  const open = async (url: string) =>
    server.services.store.engine === 'sqlite'
      ? changed(server.services.store, { close: async () => {} })
      : openStore(url)
  return joinTestServer(server.url, async (url) => change(await open(url)), Date.now, { resyncMs })
}

describe.each(engines)('watching prebooks on $name', (engine) => {
  test('recovers from lost events by polling', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    const { id } = await reader.call.prebooks.create({ bookId })
    await using isolated = await join(server, 200, (store) => withoutEvents(store))
    using watcher = await watchPrebooks(isolated, reader.token)
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'waiting' }), WAIT)
    await admin.call.stock.set({ bookId, quantity: 1 })
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'notified' }), WAIT)
    await reader.call.auth.logout()
    expect(await watcher.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
  })

  test('refreshes everything when events may have been missed', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    const { id } = await reader.call.prebooks.create({ bookId })
    let emit = (_event: ReceivedEvent) => {}
    await using isolated = await join(server, 3_600_000, (store) =>
      withoutEvents(store, (onEvent) => {
        emit = onEvent
      }),
    )
    using watcher = await watchPrebooks(isolated, reader.token)
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'waiting' }), WAIT)
    await admin.call.stock.set({ bookId, quantity: 1 })
    emit({ kind: 'missed' })
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'notified' }), WAIT)
  })

  test('retries a refresh when the store was busy', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    using watcher = await watchPrebooks(server, reader.token)
    const { store } = server.services
    await vi.waitFor(() => expect(server.services.live.count('prebooks')).toBe(1), WAIT)
    let busy = false
    // Called together with the hub, so the next read is the refresh that follows.
    const stop = store.listen(() => {
      if (!busy) vi.spyOn(store, 'read').mockRejectedValueOnce(new PrebookError('STORE_BUSY'))
      busy = true
    })
    const { id } = await reader.call.prebooks.create({ bookId })
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'waiting' }), WAIT)
    expect(busy).toBe(true)
    stop()
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
      // Subscribing takes a connection. Until it is open there are no events, so pre-book until one arrives.
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

    test('recovers events lost with the connection once it is restored', async () => {
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
