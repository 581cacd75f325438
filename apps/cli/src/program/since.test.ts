import { expect, test } from 'vitest'
import { parseSince } from './since.ts'

const now = new Date(2026, 2, 10, 15, 30)

test.each([
  ['1d', 1],
  ['7d', 7],
  ['365d', 365],
  ['2026-03-10', 1],
  ['2026-03-09', 2],
  ['2026-03-01', 10],
  ['2025-03-11', 365],
])('%s is %i days ago', (text, days) => {
  expect(parseSince(text, now)).toBe(days)
})

test.each([
  '',
  '7',
  'd',
  '0d',
  '366d',
  '2025-03-01',
  '2026-03-11',
  '2026-02-31',
  '2025-13-05',
  '2026-00-05',
  '10.03.2026',
  'yesterday',
])('rejects “%s” with examples', (text) => {
  expect(() => parseSince(text, now)).toThrow('Use a number of days such as 7d, or a date such as 2026-03-01')
})
