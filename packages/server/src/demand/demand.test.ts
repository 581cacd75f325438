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
