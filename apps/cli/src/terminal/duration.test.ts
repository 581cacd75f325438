import { expect, test } from 'vitest'
import { formatDuration } from './duration.ts'

test.each([
  [0, '0 s'],
  [0.2, '1 s'],
  [59, '59 s'],
  [59.5, '1 min 0 s'],
  [200, '3 min 20 s'],
  [3_700, '1 h 1 min'],
])('%d seconds are %s', (seconds, words) => {
  expect(formatDuration(seconds)).toBe(words)
})
