import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createTestServer, type Person, type TestServer } from '../testing/server.ts'
import { addBook, addBooks, finalStates, watchPrebooks } from '../testing/watcher.ts'

/** Adds a history of cancelled prebooks to a reader, on a waitlist of another book. Returns their ids, oldest first. */
async function addHistory(
  server: TestServer,
  admin: Person,
  reader: Person,
  count: number,
): Promise<number[]> {
  const bookId = await addBook(admin, 'A book with a history')
  await admin.call.prebooks.create({ bookId })
  return server.services.store.write(async (tx) => {
    const { id: waitlist_id } = await tx
      .selectFrom('waitlists')
      .select('id')
      .where('book_id', '=', bookId)
      .executeTakeFirstOrThrow()
    const ids: number[] = []
    for (let start = 0; start < count; start += 500) {
      const rows = Array.from({ length: Math.min(500, count - start) }, (_, index) => {
        const at = Date.now() - 10_000_000 + start + index
        const cancelled = { cancelled_at: at, cancelled_from: 'waiting' } as const
        return { waitlist_id, user_id: reader.id, created_at: at, ...cancelled }
      })
      const added = await tx.insertInto('prebooks').values(rows).returning('id').execute()
      ids.push(...added.map(({ id }) => id))
    }
    return ids.toSorted((one, other) => one - other)
  })
}

/** The number of rows of each read from now on, apart from those of a single row or value. */
function countRows({ services: { store } }: TestServer): number[] {
  const counts: number[] = []
  const read = store.read.bind(store)
  vi.spyOn(store, 'read').mockImplementation(async (work) => {
    const result = await read(work)
    if (Array.isArray(result)) counts.push(result.length)
    return result
  })
  return counts
}

const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)

describe.each(engines)('watching prebooks with a long history on $name', (engine) => {
  test('starts with what is live and the latest cancelled ones, in slices, however long the history', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    const [first, last] = (await addBooks(admin, 2)) as [number, number]
    const { id: oldest } = await reader.call.prebooks.create({ bookId: first })
    const history = await addHistory(server, admin, reader, 3_000)
    const { id: newest } = await reader.call.prebooks.create({ bookId: last })
    const rows = countRows(server)
    using watcher = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(watcher.items).toHaveLength(102), WAIT)
    expect(watcher.items.map(({ id }) => id)).toEqual([oldest, ...history.slice(-100), newest])
    expect(Math.max(...rows)).toBeLessThanOrEqual(100)
    // The ids of the live and of the cancelled, then all of them.
    expect(sum(rows)).toBe(204)

    // A change reads no history either.
    rows.length = 0
    await reader.call.prebooks.cancel({ prebookId: oldest })
    await vi.waitFor(() => expect(finalStates(watcher)[oldest]).toBe('cancelled'), WAIT)
    expect(sum(rows)).toBeLessThanOrEqual(2 * 104)
    expect(watcher.items).toHaveLength(103)
  })

  test('after a reconnect, emits each prebook that was cancelled meanwhile', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    const [bookId, busy] = (await addBooks(admin, 2)) as [number, number]
    const { id } = await reader.call.prebooks.create({ bookId })
    const history = await addHistory(server, admin, reader, 3_000)
    let lastEventId: string | null
    {
      using watcher = await watchPrebooks(server, reader.token)
      await vi.waitFor(() => expect(finalStates(watcher)[id]).toBe('waiting'), WAIT)
      lastEventId = watcher.lastEventId()
    }
    await reader.call.prebooks.cancel({ prebookId: id })
    const later: number[] = []
    for (let count = 0; count < 120; count += 1) {
      const { id: prebookId } = await reader.call.prebooks.create({ bookId: busy })
      await reader.call.prebooks.cancel({ prebookId })
      later.push(prebookId)
    }
    const rows = countRows(server)
    using watcher = await watchPrebooks(server, reader.token, { lastEventId })
    await vi.waitFor(() => expect(watcher.items).toHaveLength(2_000), WAIT)
    expect(finalStates(watcher)[id]).toBe('cancelled')
    for (const each of later) expect(finalStates(watcher)[each]).toBe('cancelled')
    expect(finalStates(watcher)[history.at(-1) as number]).toBe('cancelled')
    expect(Math.max(...rows)).toBeLessThanOrEqual(100)
    expect(sum(rows)).toBe(4_000)
  })

  test('emits every prebook that was made and cancelled while the client did not read', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    const [bookId, busy] = (await addBooks(admin, 2)) as [number, number]
    await addHistory(server, admin, reader, 300)
    using watcher = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(watcher.items).toHaveLength(100), WAIT)
    watcher.pause()
    const { id: first } = await reader.call.prebooks.create({ bookId })
    await vi.waitFor(() => expect(watcher.items).toHaveLength(101), WAIT)
    const made: number[] = [first]
    await reader.call.prebooks.cancel({ prebookId: first })
    for (let count = 0; count < 150; count += 1) {
      const { id: prebookId } = await reader.call.prebooks.create({ bookId: busy })
      await reader.call.prebooks.cancel({ prebookId })
      made.push(prebookId)
    }
    watcher.resume()
    const expected = Object.fromEntries(made.map((id) => [id, 'cancelled']))
    await vi.waitFor(() => expect(finalStates(watcher)).toMatchObject(expected), WAIT)
    const ids = watcher.items.map(({ id, status }) => `${id}:${status}`)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('emits a cancellation even if the clock was set back', async () => {
    const clock = { now: Date.now() }
    await using server = await createTestServer(engine, () => clock.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    const { id } = await reader.call.prebooks.create({ bookId: await addBook(admin) })
    await addHistory(server, admin, reader, 200)
    using watcher = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(watcher.items).toHaveLength(101), WAIT)
    clock.now -= 100_000_000
    await reader.call.prebooks.cancel({ prebookId: id })
    await vi.waitFor(() => expect(finalStates(watcher)[id]).toBe('cancelled'), WAIT)
  })

  test('gives the event loop to others between its slices', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    await addHistory(server, admin, reader, 2_100)
    let [turns, counting] = [0, true]
    const count = () => {
      turns += 1
      if (counting) setImmediate(count)
    }
    setImmediate(count)
    using watcher = await watchPrebooks(server, reader.token, { lastEventId: '1:waiting' })
    await vi.waitFor(() => expect(watcher.items).toHaveLength(2_000), WAIT)
    counting = false
    expect(turns).toBeGreaterThan(1)
  })
})
