import { NoResultError } from 'kysely'
import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { idsOfPages } from '../testing/page-ids.ts'
import { addBook, addClosedWaitlist, addPrebook, addUser, addWaitlist } from '../testing/rows.ts'
import {
  countAhead,
  findPrebook,
  insertPrebook,
  listPrebooks,
  listWaiting,
  recordCancellation,
} from './prebooks.ts'

const page = { status: undefined, beforeId: null, limit: 100 }

describe.each(engines)('prebooks on $name', (engine) => {
  test('are listed newest first by id, even if times are equal or the clock went back', async () => {
    await using database = await engine.create()
    const { store } = database
    const { user, ids } = await store.write(async (tx) => {
      const user_id = await addUser(tx)
      const added: number[] = []
      for (const created_at of [50, 50, 50, 10, 90]) {
        const waitlist_id = await addWaitlist(tx, { book_id: await addBook(tx) })
        added.push(await addPrebook(tx, { waitlist_id, user_id, created_at }))
      }
      return { user: user_id, ids: added }
    })
    const rows = await store.read((reader) => listPrebooks(reader, { ...page, userId: user }))
    expect(rows.map((row) => row.id)).toEqual(ids.toReversed())
    expect(rows.map((row) => row.createdAt)).toEqual([90, 10, 50, 50, 50])
  })

  test.each([1, 2, 3, 10])('come in pages of %i without gaps or repeats', async (limit) => {
    await using database = await engine.create()
    const { store } = database
    const user = await store.write(async (tx) => {
      const user_id = await addUser(tx)
      const waitlist_id = await addWaitlist(tx, { book_id: await addBook(tx) })
      for (let count = 0; count < 9; count += 1) {
        await addPrebook(tx, { waitlist_id, user_id, cancelled_at: 2, cancelled_from: 'waiting' })
        await addPrebook(tx, { waitlist_id })
      }
      await addPrebook(tx, { waitlist_id, user_id })
      return user_id
    })
    for (const status of [undefined, 'cancelled'] as const) {
      const whole = await store.read((reader) => listPrebooks(reader, { ...page, userId: user, status }))
      const seen = await idsOfPages((beforeId) =>
        store.read((reader) => listPrebooks(reader, { userId: user, status, beforeId, limit })),
      )
      expect(seen).toEqual(whole.map((row) => row.id))
      expect(seen).toHaveLength(status === undefined ? 10 : 9)
    }
  })

  test('are visible only to their owner', async () => {
    await using database = await engine.create()
    const { store } = database
    const { mine, yours, prebook } = await store.write(async (tx) => {
      const waitlist_id = await addWaitlist(tx, {
        book_id: await addBook(tx, { title: 'Emma', author: 'Austen' }),
      })
      const owner = await addUser(tx)
      const own = await addPrebook(tx, { waitlist_id, user_id: owner, created_at: 3 })
      return { mine: owner, yours: await addUser(tx), prebook: own }
    })
    const found = await store.read((reader) => findPrebook(reader, { prebookId: prebook, userId: mine }))
    expect(found).toEqual({
      id: prebook,
      userId: mine,
      waitlistId: expect.any(Number),
      createdAt: 3,
      cancelledAt: null,
      cancelledFrom: null,
      waitlistWithdrawnAt: null,
      waitlistNotifiedAt: null,
      bookId: expect.any(Number),
      bookTitle: 'Emma',
      bookAuthor: 'Austen',
      bookSuccessorId: null,
      bookExpectedOn: null,
    })
    expect(await store.read((reader) => listPrebooks(reader, { ...page, userId: mine }))).toEqual([found])
    expect(await store.read((reader) => listPrebooks(reader, { ...page, userId: yours }))).toEqual([])
    for (const own of [
      { prebookId: prebook, userId: yours },
      { prebookId: prebook + 1, userId: mine },
    ]) {
      expect(await store.read((reader) => findPrebook(reader, own))).toBeUndefined()
    }
  })

  test('are unique per reader and waitlist: a second insert returns undefined and the transaction continues', async () => {
    await using database = await engine.create()
    const { store } = database
    const prebook = await store.write(async (tx) => ({
      waitlistId: await addWaitlist(tx, { book_id: await addBook(tx) }),
      userId: await addUser(tx),
      now: 7,
    }))
    const [first, second, other] = await store.write(async (tx) => [
      await insertPrebook(tx, prebook),
      await insertPrebook(tx, prebook),
      await insertPrebook(tx, { ...prebook, userId: await addUser(tx) }),
    ])
    expect([first, other]).toEqual([expect.any(Number), expect.any(Number)])
    expect(second).toBeUndefined()

    await store.write((tx) =>
      recordCancellation(tx, { prebookId: first ?? 0, cancelledFrom: 'waiting', now: 8 }),
    )
    const again = await store.write((tx) => insertPrebook(tx, prebook))
    expect(again).toBeGreaterThan(other ?? 0)
  })

  test('are cancelled once, without affecting others', async () => {
    await using database = await engine.create()
    const { store } = database
    const { user, ids } = await store.write(async (tx) => {
      const user_id = await addUser(tx)
      const book = await addBook(tx)
      const closed = await addClosedWaitlist(tx, book, 5)
      const open = await addWaitlist(tx, { book_id: book })
      const notified = await addPrebook(tx, { waitlist_id: closed, user_id })
      return { user: user_id, ids: [notified, await addPrebook(tx, { waitlist_id: open, user_id })] }
    })
    const cancel = { prebookId: ids[0] ?? 0, cancelledFrom: 'notified', now: 9 } as const
    await store.write((tx) => recordCancellation(tx, cancel))
    await expect(store.write((tx) => recordCancellation(tx, { ...cancel, now: 10 }))).rejects.toThrow(
      NoResultError,
    )
    const rows = await store.read((reader) => listPrebooks(reader, { ...page, userId: user }))
    expect(rows).toMatchObject([
      { id: ids[1], cancelledAt: null, cancelledFrom: null, waitlistNotifiedAt: null },
      { id: ids[0], cancelledAt: 9, cancelledFrom: 'notified', waitlistNotifiedAt: 5 },
    ])
  })
})

describe.each(engines)('the queue on $name', (engine) => {
  async function queue() {
    const database = await engine.create()
    const rows = await database.store.write(async (tx) => {
      const waitlist_id = await addWaitlist(tx, { book_id: await addBook(tx) })
      const elsewhere = await addWaitlist(tx, { book_id: await addBook(tx) })
      const live: number[] = []
      for (let count = 0; count < 6; count += 1) {
        live.push(await addPrebook(tx, { waitlist_id, created_at: 100 - count }))
        await addPrebook(tx, { waitlist_id, cancelled_at: 2, cancelled_from: 'waiting' })
        await addPrebook(tx, { waitlist_id: elsewhere })
      }
      return { waitlistId: waitlist_id, live }
    })
    return { database, ...rows }
  }

  test('is counted before a position, up to one more than the cap', async () => {
    const { database, waitlistId, live } = await queue()
    await using _ = database
    const cases = [
      { index: 0, cap: 1_000, ahead: 0 },
      { index: 1, cap: 1_000, ahead: 1 },
      { index: 5, cap: 1_000, ahead: 5 },
      { index: 5, cap: 5, ahead: 5 },
      { index: 5, cap: 4, ahead: 5 },
      { index: 5, cap: 3, ahead: 4 },
      { index: 5, cap: 0, ahead: 1 },
      { index: 0, cap: 0, ahead: 0 },
    ]
    for (const { index, cap, ahead } of cases) {
      const position = { waitlistId, prebookId: live[index] ?? 0, cap }
      const counted = await database.store.read((reader) => countAhead(reader, position))
      expect(counted, `before index ${index} up to ${cap}`).toBe(ahead)
    }
  })

  test('is listed by id in pages, without cancelled prebooks', async () => {
    const { database, waitlistId, live } = await queue()
    await using _ = database
    const list = (afterId: number | null, limit: number) =>
      database.store.read((reader) => listWaiting(reader, { waitlistId, afterId, limit }))
    const all = await list(null, 100)
    expect(all.map((row) => row.prebookId)).toEqual(live)
    expect(all.map((row) => row.createdAt)).toEqual([100, 99, 98, 97, 96, 95])
    expect(new Set(all.map((row) => row.email)).size).toBe(6)
    expect(await list(null, 2)).toEqual(all.slice(0, 2))
    expect(await list(live[1] ?? 0, 3)).toEqual(all.slice(2, 5))
    expect(await list(live[5] ?? 0, 3)).toEqual([])
  })
})
