import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { insertMovement, openStore } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createTestServer, joinTestServer } from '../testing/server.ts'
import { addBook, watchStock } from '../testing/watcher.ts'

describe.each(engines)('watching stock on $name', (engine) => {
  test('emits each movement with its book, its author and the number of notified readers', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin, 'Dune')
    await admin.call.stock.set({ bookId, quantity: 4 })
    await admin.call.stock.set({ bookId, quantity: 0 })
    await reader.call.prebooks.create({ bookId })

    using watcher = await watchStock(server, admin.token)
    await vi.waitFor(() => expect(server.services.live.count('stock')).toBe(1), WAIT)
    await vi.waitFor(async () => {
      await admin.call.stock.adjust({ bookId, delta: 3, note: 'arrived' })
      expect(watcher.items).not.toHaveLength(0)
    }, WAIT)
    const [newest, ...older] = (await admin.call.stock.history({ bookId })).items
    const expected = (await admin.call.stock.history({ bookId })).items.slice(0, -2).toReversed()
    expect(newest?.id).toBeGreaterThan(older[0]?.id ?? 0)
    await vi.waitFor(
      () =>
        expect(watcher.items).toEqual(
          expected.slice(-watcher.items.length).map((movement) => ({
            ...movement,
            bookTitle: 'Dune',
            bookAuthor: 'A. Author',
          })),
        ),
      WAIT,
    )
    await vi.waitFor(() => expect(watcher.items.at(-1)?.id).toBe(newest?.id), WAIT)
  })

  test('resumes after a movement or after the latest event, and can be limited to one book', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const [bookId, other] = [await addBook(admin, 'Dune'), await addBook(admin, 'Solaris')]
    for (let quantity = 1; quantity <= 120; quantity += 1) await admin.call.stock.set({ bookId, quantity })
    await admin.call.stock.set({ bookId: other, quantity: 1 })
    using all = await watchStock(server, admin.token, { afterMovementId: 0 })
    await vi.waitFor(() => expect(all.items).toHaveLength(121), WAIT)
    expect(all.items.map(({ quantityAfter }) => quantityAfter).slice(0, 3)).toEqual([1, 2, 3])
    all.leave()
    const lastEventId = all.lastEventId()
    expect(lastEventId).toBe(String(all.items.at(-1)?.id))
    await admin.call.stock.set({ bookId: other, quantity: 7 })
    await admin.call.stock.set({ bookId, quantity: 0 })

    using again = await watchStock(server, admin.token, { afterMovementId: 0, lastEventId })
    await vi.waitFor(
      () => expect(again.items.map(({ quantityAfter }) => quantityAfter)).toEqual([7, 0]),
      WAIT,
    )
    using one = await watchStock(server, admin.token, { afterMovementId: 0, bookId: other })
    await vi.waitFor(() => expect(one.items.map(({ quantityAfter }) => quantityAfter)).toEqual([1, 7]), WAIT)
  })

  test('is for admins only and ends with the session', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    await expect(watchStock(server, reader.token)).rejects.toMatchObject({
      cause: { reason: 'AUTH_FORBIDDEN' },
    })
    await expect(watchStock(server, admin.token, { lastEventId: '1 or 1=1' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
    using watcher = await watchStock(server, admin.token)
    await vi.waitFor(() => expect(server.services.live.count('stock')).toBe(1), WAIT)
    await admin.call.auth.logoutEverywhere()
    expect(await watcher.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
    expect(server.services.live.count('stock')).toBe(0)
  })
})

describe.each(engines.filter(({ name }) => name === 'postgres'))(
  'watching stock across processes on $name',
  (engine) => {
    test('emits a movement that is committed after one with a higher id', async () => {
      await using here = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
      const admin = await here.admin()
      const [slow, quick] = [await addBook(admin, 'Slow'), await addBook(admin, 'Quick')]
      await using there = await joinTestServer(here.url, openStore, Date.now, { resyncMs: 200 })
      using watcher = await watchStock(there, admin.token, { afterMovementId: 0 })

      // The id is assigned, and the commit waits until a later movement has been sent.
      const release = Promise.withResolvers<void>()
      const inserted = Promise.withResolvers<void>()
      const { store } = here.services
      const late = store.writeOnBook(slow, 'exclusive', async (tx) => {
        const movement = { book_id: slow, delta: 1, quantity_after: 1, actor_id: admin.id, token_id: null }
        const { id } = await insertMovement(tx, { ...movement, note: null, created_at: Date.now() })
        inserted.resolve()
        await release.promise
        return id
      })
      await inserted.promise
      await admin.call.stock.set({ bookId: quick, quantity: 5 })
      await vi.waitFor(() => expect(watcher.items.map(({ bookId }) => bookId)).toEqual([quick]), WAIT)
      // A client that reconnects resumes before the gap.
      expect(watcher.lastEventId()).toBe('0')
      release.resolve()
      const lateId = await late
      await vi.waitFor(() => expect(watcher.items.map(({ bookId }) => bookId)).toEqual([quick, slow]), WAIT)
      expect(lateId).toBeLessThan(watcher.items[0]?.id ?? 0)
    })
  },
)
