import { expect, test } from 'vitest'
import { ago } from './times.ts'

const now = Date.parse('2026-03-15T12:00:00.000Z')

test.each([
  ['2026-03-15T12:00:00.000Z', 'just now'],
  ['2026-03-15T11:59:01.000Z', 'just now'],
  ['2026-03-15T12:00:30.000Z', 'just now'],
  ['2026-03-15T11:59:00.000Z', '1 minute ago'],
  ['2026-03-15T10:30:00.000Z', '2 hours ago'],
  ['2026-03-14T12:00:00.000Z', 'yesterday'],
  ['2026-03-05T12:00:00.000Z', 'last week'],
  ['2025-03-01T12:00:00.000Z', 'last year'],
])('formats %s as %s', (time, words) => {
  expect(ago(time, now)).toBe(words)
})
