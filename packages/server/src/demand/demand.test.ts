import { describe, expect, test } from 'vitest'
import { engines, turnsWhile } from '@prebook/db/testing'
import { createTestServer } from '../testing/server.ts'

const DAY_MS = 86_400_000

describe.each(engines)('demand on $name', (engine) => {
  test('has three orders, and counts joins per day', async () => {
    let now = Date.UTC(2026, 2, 1)
    await using server = await createTestServer(engine, () => now)
    const admin = await server.admin()
    const readers = [await server.reader(), await server.reader(), await server.reader()]
    const wait = async (title: string, ...daysAgo: number[]) => {
      const { id: bookId } = await admin.call.books.create({ title, author: 'A. Author', priceCents: 1 })
      const today = now
      for (const [index, days] of daysAgo.entries()) {
        now = today - days * DAY_MS
        await readers[index]?.call.prebooks.create({ bookId })
      }
      now = today
      return bookId
    }
    await wait('old', 9)
    await wait('wanted', 8, 8, 8)
    const rising = await wait('rising', 1, 0)

    const titles = async (order?: 'waiting' | 'since' | 'joinedLately', limit = 50) =>
      (await admin.call.demand.top({ order, limit })).items.map(({ bookTitle }) => bookTitle)
    expect(await titles()).toEqual(['wanted', 'rising', 'old'])
    expect(await titles('waiting', 1)).toEqual(['wanted'])
    expect(await titles('since')).toEqual(['old', 'wanted', 'rising'])
    expect(await titles('joinedLately', 2)).toEqual(['rising', 'old'])

    const top = await admin.call.demand.top({ days: 3, limit: 1 })
    expect(top).toMatchObject({ totalWaiting: 6, totalJoinedByDay: [0, 0, 2] })
    const { demand } = await admin.call.demand.waitlist({ bookId: rising, days: 3 })
    expect(demand).toMatchObject({ waiting: 2, joinedLately: 2, joinedByDay: [0, 0, 2] })
    now += DAY_MS
    const later = await admin.call.demand.waitlist({ bookId: rising, days: 3 })
    expect(later.demand).toMatchObject({ joinedByDay: [0, 1, 1] })
  })
  // The clocks go back at 01:00 UTC: that day has 25 hours.
  test('since a day begins with that day in the time zone of the shop, also when the clocks change', async () => {
    let now = Date.parse('2026-10-24T21:59:59.999Z')
    await using server = await createTestServer(engine, () => now, { timeZone: 'Europe/Berlin' })
    const admin = await server.admin()
    const { id: bookId } = await admin.call.books.create({
      title: 'Dune',
      author: 'A. Author',
      priceCents: 1,
    })
    const join = async (at: string) => {
      now = Date.parse(at)
      const reader = await server.reader()
      await reader.call.prebooks.create({ bookId })
    }
    await join('2026-10-24T21:59:59.999Z')
    await join('2026-10-24T22:00:00.000Z')
    await join('2026-10-25T22:59:59.999Z')
    await join('2026-10-25T23:00:00.000Z')
    now = Date.parse('2026-10-26T11:00:00.000Z')
    const since = (day: string) => admin.call.demand.top({ since: day })
    expect(await since('2026-10-25')).toMatchObject({
      items: [{ waiting: 4, joinedLately: 3, joinedByDay: [1, 2] }],
      totalJoinedByDay: [1, 2],
      joinedSince: '2026-10-24T22:00:00.000Z',
    })
    expect(await since('2026-10-26')).toMatchObject({
      items: [{ joinedLately: 1, joinedByDay: [1] }],
      joinedSince: '2026-10-25T23:00:00.000Z',
    })
    expect(await since('2026-10-24')).toMatchObject({ items: [{ joinedLately: 4 }] })
    expect(await admin.call.demand.top({ days: 1 })).toMatchObject({
      joinedSince: '2026-10-25T11:00:00.000Z',
    })
    // 23:30 UTC is the next day in Berlin, so that day is not in the future.
    now = Date.parse('2026-10-26T23:30:00.000Z')
    expect(await since('2026-10-27')).toMatchObject({ joinedSince: '2026-10-26T23:00:00.000Z' })
    for (const day of ['2026-10-28', '2025-10-26'])
      await expect(since(day)).rejects.toMatchObject({
        cause: { reason: 'VALIDATION_ERROR', field: 'since' },
      })
  })

  test('orders a copy for so many readers, most readers first, page by page', async () => {
    const now = Date.UTC(2026, 2, 1)
    await using server = await createTestServer(engine, () => now, { readersPerCopy: 2 })
    const admin = await server.admin()
    const readers = await Promise.all(Array.from({ length: 5 }, () => server.reader()))
    for (const [index, waiting] of [2, 5, 0, 2, 3].entries()) {
      const { id: bookId } = await admin.call.books.create({
        title: `${index + 1}`,
        author: 'A. Author',
        priceCents: 1,
      })
      for (const reader of readers.slice(0, waiting)) await reader.call.prebooks.create({ bookId })
    }
    // An open waitlist that has no readers any more.
    const { id } = await admin.call.books.create({ title: 'left', author: 'A. Author', priceCents: 1 })
    const left = await readers[0]?.call.prebooks.create({ bookId: id })
    await readers[0]?.call.prebooks.cancel({ prebookId: left?.id ?? 0 })

    const page = await admin.call.demand.orderList({})
    expect(page.items.map(({ bookTitle, waiting, copies }) => [bookTitle, waiting, copies])).toEqual([
      ['2', 5, 3],
      ['5', 3, 2],
      ['1', 2, 1],
      ['4', 2, 1],
    ])
    expect(page).toMatchObject({
      readersPerCopy: 2,
      nextCursor: null,
      items: [{ joinedLately: 5 }, {}, {}, {}],
    })
    const titles: string[] = []
    for (let cursor: string | null = null; ;) {
      const next: Awaited<ReturnType<typeof admin.call.demand.orderList>> = await admin.call.demand.orderList(
        {
          limit: 1,
          readersPerCopy: 5,
          cursor,
        },
      )
      titles.push(...next.items.map(({ bookTitle, copies }) => `${bookTitle}: ${copies}`))
      cursor = next.nextCursor
      if (cursor === null) break
    }
    expect(titles).toEqual(['2: 1', '5: 1', '1: 1', '4: 1'])
  })

  test('yields between waitlists, however short', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    for (const title of ['one', 'two', 'three', 'four', 'five']) {
      const { id: bookId } = await admin.call.books.create({ title, author: 'A. Author', priceCents: 1 })
      await admin.call.prebooks.create({ bookId })
    }
    const { result, turns } = await turnsWhile(() => admin.call.demand.top({}))
    expect(result.totalWaiting).toBe(5)
    expect(turns).toBeGreaterThanOrEqual(5)
  })
})
