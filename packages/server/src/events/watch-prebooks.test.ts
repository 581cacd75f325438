import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createTestServer } from '../testing/server.ts'
import { addBook, addBooks, finalStates, watchPrebooks } from '../testing/watcher.ts'

/** Whether the rows contain a prebook. */
function contains(rows: unknown, prebookId: number): boolean {
  return Array.isArray(rows) && rows.some((row) => (row as { id?: number }).id === prebookId)
}

describe.each(engines)('watching prebooks on $name', (engine) => {
  test('starts with the state of each, oldest first, over several pages, and then emits each change once', async () => {
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

  test('emits only the reader’s own prebooks, even on a shared waitlist', async () => {
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

  test('emits a change that happens during the first refresh', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    const { id } = await reader.call.prebooks.create({ bookId })
    const { store } = server.services
    // The restock is committed after the refresh has read its page and before the page is sent.
    const read = store.read.bind(store)
    const spy = vi.spyOn(store, 'read').mockImplementation(async (work) => {
      const result = await read(work)
      if (contains(result, id)) {
        spy.mockRestore()
        await admin.call.stock.set({ bookId, quantity: 1 })
      }
      return result
    })
    using watcher = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'notified' }), WAIT)
  })

  test('never emits an older state that is read late', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    const [bookId, other] = (await addBooks(admin, 2)) as [number, number]
    const { id } = await reader.call.prebooks.create({ bookId })
    using watcher = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(finalStates(watcher)).toEqual({ [id]: 'waiting' }), WAIT)

    // The hub's read for the restock is delayed until the cancellation has been sent.
    const { store } = server.services
    const read = store.read.bind(store)
    const [reached, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const spy = vi.spyOn(store, 'read').mockImplementation(async (work) => {
      const result = await read(work)
      if (!contains(result, id)) return result
      spy.mockRestore()
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

  test('buffers a bounded amount for a slow reader, and ends with the current state', async () => {
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
    // The stream sends states, not events: intermediate states are skipped.
    expect(watcher.items.length).toBeLessThanOrEqual(items.length + 1)
  })

  test('reads one row per connected reader on a restock, however many wait', async () => {
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
