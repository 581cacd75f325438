import type { TRPCError } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { toPrebookError } from '../router/errors.ts'
import { createTestServer, type TestServer } from '../testing/server.ts'
import { addBook } from '../testing/watcher.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const NOON = Date.UTC(2026, 10, 30, 12)

/** A sold-out book, an admin, and a clock that the test moves. */
async function openShop(engine: (typeof engines)[number]) {
  const clock = { now: NOON }
  const server = await createTestServer(engine, () => clock.now, { announcementDelayMs: 15 * MINUTE_MS })
  const admin = await server.admin()
  const bookId = await addBook(admin)
  const expectOn = (expectedOn: string | null) => admin.call.books.expect({ bookId, expectedOn })
  return { server, clock, admin, bookId, expectOn }
}

/** Whether an error refuses a call with a reason, a field and a message. */
const isRefusal = (wanted: { reason: string; field: string; message?: unknown }) => (error: unknown) => {
  expect(toPrebookError(error as TRPCError)).toMatchObject(wanted)
  return true
}

const announcements = ({ services }: TestServer) =>
  services.store.read((reader) => reader.selectFrom('announcements').selectAll().orderBy('id').execute())

describe.each(engines)('an expected date on $name', (engine) => {
  test('is shown with the book and its prebooks until its last day is over in the time zone of the shop', async () => {
    const { server, clock, admin, bookId, expectOn } = await openShop(engine)
    await using _ = server
    const reader = await server.reader()
    const { id: prebookId } = await reader.call.prebooks.create({ bookId })
    const { book } = await expectOn('2026-12')
    expect(book).toMatchObject({ expectedOn: '2026-12', expectedPrecision: 'month' })

    const shown = async () => {
      const [listed] = (await server.as().books.list({})).items
      expect(await server.as().books.get({ bookId })).toMatchObject({
        expectedOn: listed?.expectedOn,
        expectedPrecision: listed?.expectedPrecision,
      })
      const { bookExpectedOn } = await reader.call.prebooks.get({ prebookId })
      const [demand] = (await admin.call.demand.top({})).items
      const overdue = (await admin.call.books.overdue({})).items
      return [listed?.expectedOn, bookExpectedOn, demand?.expectedOn, demand?.overdue, overdue.length]
    }
    expect(await shown()).toEqual(['2026-12', '2026-12', '2026-12', false, 0])
    clock.now = Date.UTC(2026, 11, 31, 23, 59)
    expect(await shown()).toEqual(['2026-12', '2026-12', '2026-12', false, 0])
    clock.now = Date.UTC(2027, 0, 1)
    expect(await shown()).toEqual([null, null, '2026-12', true, 1])
    expect((await admin.call.books.overdue({ bookId })).items).toEqual([
      {
        bookId,
        bookTitle: 'Title 1',
        bookAuthor: 'A. Author',
        isbn: null,
        expectedOn: '2026-12',
        expectedPrecision: 'month',
        waiting: 1,
      },
    ])
  })

  test.each([
    ['2026-11-29', 'in the past'],
    ['2026-summer', 'in the past'],
    ['2036-12-01', '10 years'],
    ['2027-13', 'Must be a day'],
    ['2027-02-29', 'Must be a day'],
    ['2027-fall', 'Must be a day'],
    ['soon', 'Must be a day'],
  ])('%s is refused and changes nothing', async (expectedOn, message) => {
    const { server, admin, bookId, expectOn } = await openShop(engine)
    await using _ = server
    await expectOn('2027-03')
    await expect(expectOn(expectedOn)).rejects.toSatisfy(
      isRefusal({
        reason: 'VALIDATION_ERROR',
        field: 'expectedOn',
        message: expect.stringContaining(message),
      }),
    )
    expect((await admin.call.books.get({ bookId })).expectedOn).toBe('2027-03')
    expect((await admin.call.audit.list({ action: 'books.expect' })).items).toHaveLength(1)
  })

  test('with a precision that contradicts it, or of no book, is refused', async () => {
    const { server, admin, bookId } = await openShop(engine)
    await using _ = server
    await expect(
      admin.call.books.expect({ bookId, expectedOn: '2027-03', precision: 'day' }),
    ).rejects.toSatisfy(isRefusal({ reason: 'VALIDATION_ERROR', field: 'precision' }))
    await expect(admin.call.books.expect({ bookId: 999, expectedOn: '2027-03' })).rejects.toSatisfy(
      isRefusal({ reason: 'BOOK_NOT_FOUND', field: 'bookId' }),
    )
    const { book } = await admin.call.books.expect({ bookId, expectedOn: '2027-spring', precision: 'season' })
    expect(book.expectedPrecision).toBe('season')
  })

  test('goes away with a restock, however it is made, and not with more copies of a book in stock', async () => {
    const { server, admin, bookId, expectOn } = await openShop(engine)
    await using _ = server
    const restocks = [
      () => admin.call.stock.set({ bookId, quantity: 3 }),
      () => admin.call.stock.adjust({ bookId, delta: 3 }),
      () => admin.call.stock.batch({ lines: [{ bookId, quantity: 3 }] }),
    ]
    for (const restock of restocks) {
      await expectOn('2027-03')
      await restock()
      expect(await admin.call.books.get({ bookId })).toMatchObject({ stockQuantity: 3, expectedOn: null })
      await expectOn('2027-04')
      await admin.call.stock.adjust({ bookId, delta: 1 })
      await admin.call.stock.set({ bookId, quantity: 0 })
      expect(await admin.call.books.get({ bookId })).toMatchObject({ expectedOn: '2027-04' })
    }
  })
})

describe.each(engines)('an expected date of a withdrawn book on $name', (engine) => {
  test('goes away with the withdrawal, and is refused until the book is reinstated', async () => {
    const { server, admin, bookId, expectOn } = await openShop(engine)
    await using _ = server
    await (await server.reader()).call.prebooks.create({ bookId })
    await expectOn('2027-03')
    await admin.call.books.withdraw({ bookId })
    expect(await admin.call.books.get({ bookId })).toMatchObject({ expectedOn: null })
    await expect(expectOn('2027-04')).rejects.toSatisfy(
      isRefusal({ reason: 'PREBOOK_BOOK_WITHDRAWN', field: 'bookId' }),
    )
    expect((await expectOn(null)).announcement).toBeNull()
    await admin.call.books.reinstate({ bookId })
    expect((await expectOn('2027-04')).book.expectedOn).toBe('2027-04')
  })
})

describe.each(engines)('the announcement of a changed date on $name', (engine) => {
  test('is one row, however many wait, and says until when it can be replaced', async () => {
    const { server, bookId, expectOn } = await openShop(engine)
    await using _ = server
    const prebooks = []
    for (let n = 0; n < 3; n += 1)
      prebooks.push(await (await server.reader()).call.prebooks.create({ bookId }))
    const { announcement } = await expectOn('2027-03')
    expect(announcement).toEqual({
      id: announcement?.id,
      settlesAt: new Date(NOON + 15 * MINUTE_MS).toISOString(),
      waiting: 3,
    })
    expect(await announcements(server)).toMatchObject([
      {
        id: announcement?.id,
        book_id: bookId,
        kind: 'expected-date',
        details: '{"from":null,"to":"2027-03"}',
        last_prebook_id: prebooks.at(-1)?.id,
        settles_at: NOON + 15 * MINUTE_MS,
        dispatched_at: null,
      },
    ])
  })

  test('is replaced by later changes, keeps its old date, and goes away with it', async () => {
    const { server, clock, bookId, expectOn } = await openShop(engine)
    await using _ = server
    await expectOn('2027-03')
    await (await server.reader()).call.prebooks.create({ bookId })
    const first = await expectOn('2027-04')
    clock.now += 14 * MINUTE_MS
    const later = await (await server.reader()).call.prebooks.create({ bookId })
    const second = await expectOn('2027-05-02')
    expect(second.announcement).toEqual({
      id: first.announcement?.id,
      settlesAt: new Date(NOON + 29 * MINUTE_MS).toISOString(),
      waiting: 2,
    })
    expect(await announcements(server)).toMatchObject([
      {
        details: '{"from":"2027-03","to":"2027-05-02"}',
        last_prebook_id: later.id,
        settles_at: NOON + 29 * MINUTE_MS,
      },
    ])
    // The same date again is no change.
    expect((await expectOn('2027-05-02')).announcement).toBeNull()
    expect(await announcements(server)).toHaveLength(1)
    expect((await expectOn('2027-03')).announcement).toBeNull()
    expect(await announcements(server)).toEqual([])
    expect((await expectOn(null)).announcement).toMatchObject({ waiting: 2 })
    expect(await announcements(server)).toMatchObject([{ details: '{"from":"2027-03","to":null}' }])
  })

  test('is not made for a book that no reader waits for', async () => {
    const { server, bookId, expectOn } = await openShop(engine)
    await using _ = server
    expect((await expectOn('2027-03')).announcement).toBeNull()
    const reader = await server.reader()
    const { id: prebookId } = await reader.call.prebooks.create({ bookId })
    expect((await expectOn('2027-04')).announcement).toMatchObject({ waiting: 1 })
    await reader.call.prebooks.cancel({ prebookId })
    expect((await expectOn('2027-05')).announcement).toBeNull()
    expect(await announcements(server)).toEqual([])
  })
})

describe.each(engines)('the overdue books on $name', (engine) => {
  test('continue on the next page although the last book of a page has a new date', async () => {
    const { server, clock, admin } = await openShop(engine)
    await using _ = server
    const ids: number[] = []
    for (let n = 1; n <= 5; n += 1) {
      const bookId = await addBook(admin, `Late ${n}`)
      await admin.call.books.expect({ bookId, expectedOn: `2026-12-0${n < 3 ? 1 : n}` })
      ids.push(bookId)
    }
    clock.now += 30 * DAY_MS
    const first = await admin.call.books.overdue({ limit: 2 })
    expect(first.items.map(({ bookId }) => bookId)).toEqual(ids.slice(0, 2))
    await admin.call.books.expect({ bookId: ids[1] ?? 0, expectedOn: '2027-03' })
    const second = await admin.call.books.overdue({ limit: 2, cursor: first.nextCursor })
    expect(second.items.map(({ bookId }) => bookId)).toEqual(ids.slice(2, 4))
    const third = await admin.call.books.overdue({ limit: 2, cursor: second.nextCursor })
    expect(third).toMatchObject({ items: [{ bookId: ids[4] }], nextCursor: null })
    await expect(admin.call.books.overdue({ cursor: 'b3ZlcmR1ZTp4OjE' })).rejects.toSatisfy(
      isRefusal({ reason: 'VALIDATION_ERROR', field: 'cursor' }),
    )
  })
})
