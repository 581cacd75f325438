import { expect, test } from 'vitest'
import { localDate, localTime } from './local-time.ts'

test('shows times in the local time zone', () => {
  const time = new Date(2026, 2, 1, 9, 5, 7).toISOString()
  expect(localTime(time)).toBe('2026-03-01 09:05:07')
  expect(localDate(time)).toBe('2026-03-01')
})
