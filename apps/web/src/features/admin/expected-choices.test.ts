import { expect, test } from 'vitest'
import { monthChoices, seasonChoices } from './expected-choices.ts'

test.each([
  [new Date(2026, 10, 30), ['2026-11', '2026-12', '2027-01']],
  [new Date(2027, 0, 1), ['2027-01', '2027-02', '2027-03']],
])('from %s the months begin with %j', (now, first) => {
  const months = monthChoices(now)
  expect(months.slice(0, 3)).toEqual(first)
  expect(new Set(months).size).toBe(36)
})

test.each([
  [new Date(2026, 10, 30), ['2026-autumn', '2026-winter', '2027-spring']],
  [new Date(2026, 11, 1), ['2026-winter', '2027-spring', '2027-summer']],
  [new Date(2027, 1, 28), ['2026-winter', '2027-spring', '2027-summer']],
  [new Date(2027, 2, 1), ['2027-spring', '2027-summer', '2027-autumn']],
])('from %s the seasons begin with %j', (now, first) => {
  const seasons = seasonChoices(now)
  expect(seasons.slice(0, 3)).toEqual(first)
  expect(new Set(seasons).size).toBe(12)
})
