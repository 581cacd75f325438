import { describe, expect, test } from 'vitest'
import { demandPeriod } from './demand-period.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

describe('days', () => {
  test.each([
    [undefined, 7],
    [1, 1],
    [365, 365],
  ])('%s are periods of 24 hours', (asked, days) => {
    const now = Date.UTC(2026, 10, 30, 9)
    const shop = { now, today: '2026-11-30', timeZone: 'Europe/Berlin' }
    expect(demandPeriod({ days: asked }, shop)).toEqual({ from: now - days * DAY_MS, now, days })
  })
})

describe('since', () => {
  test.each([
    // 01:30 on the day after summer time has ended, which had 25 hours.
    ['Europe/Berlin', '2026-10-26T00:30:00Z', '2026-10-26', '2026-10-26', '2026-10-25T23:00:00Z', 1],
    ['Europe/Berlin', '2026-10-26T00:30:00Z', '2026-10-26', '2026-10-25', '2026-10-24T22:00:00Z', 2],
    // The same an hour earlier: the first day has ended after 25 hours, so two days of 24 hours are touched.
    ['Europe/Berlin', '2026-10-25T22:59:59Z', '2026-10-25', '2026-10-25', '2026-10-24T22:00:00Z', 2],
    // 23 hours.
    ['America/New_York', '2026-03-09T03:59:59Z', '2026-03-08', '2026-03-08', '2026-03-08T05:00:00Z', 1],
    ['America/New_York', '2026-03-09T04:00:00Z', '2026-03-09', '2026-03-09', '2026-03-09T04:00:00Z', 1],
    ['America/Sao_Paulo', '2018-11-04T12:00:00Z', '2018-11-04', '2018-11-04', '2018-11-04T03:00:00Z', 1],
    ['Pacific/Apia', '2011-12-31T00:00:00Z', '2011-12-31', '2011-12-30', '2011-12-30T10:00:00Z', 1],
    ['UTC', '2026-11-30T12:00:00Z', '2026-11-30', '2025-11-30', '2025-11-30T00:00:00Z', 366],
  ])('in %s at %s, %s: since %s is from %s on', (timeZone, at, today, since, from, days) => {
    const now = Date.parse(at)
    expect(demandPeriod({ since }, { now, today, timeZone })).toEqual({ from: Date.parse(from), now, days })
  })

  test.each([
    ['2026-12-01', 'Must not be in the future: in the time zone of the shop, today is 2026-11-30.'],
    ['9999-01-01', 'Must not be in the future: in the time zone of the shop, today is 2026-11-30.'],
    ['2025-11-29', 'Must be 2025-11-30 or later: at most 365 days ago.'],
    ['0001-01-01', 'Must be 2025-11-30 or later: at most 365 days ago.'],
  ])('%s is refused', (since, message) => {
    const shop = { now: Date.UTC(2026, 10, 30), today: '2026-11-30', timeZone: 'UTC' }
    expect(() => demandPeriod({ since }, shop)).toThrow(
      expect.objectContaining({ reason: 'VALIDATION_ERROR', field: 'since', message }),
    )
  })
})
