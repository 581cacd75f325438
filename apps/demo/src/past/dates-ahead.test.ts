import { expect, it } from 'vitest'
import { inDays, inMonths, inSeasons } from './dates-ahead.ts'

it.each([
  [inDays(3), '2026-11-30', '2026-12-03'],
  [inDays(-9), '2026-01-05', '2025-12-27'],
  [inMonths(2), '2026-11-30', '2027-01'],
  [inMonths(1), '2026-01-31', '2026-02'],
  [inSeasons(1), '2026-11-30', '2026-winter'],
  [inSeasons(1), '2026-12-01', '2027-spring'],
  [inSeasons(2), '2027-02-28', '2027-summer'],
  [inSeasons(1), '2027-03-01', '2027-summer'],
])('%o from %s is %s', (date, day, expected) => {
  expect(date(new Date(`${day}T12:00:00Z`))).toBe(expected)
})
