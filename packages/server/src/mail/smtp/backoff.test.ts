import { expect, test } from 'vitest'
import { BETWEEN_TRIES, pauseAfter, WHILE_UNREACHABLE } from './backoff.ts'

const least = 0
const most = 1 - Number.EPSILON
const SECOND = 1_000
const MINUTE = 60 * SECOND

test.each([
  [1, 15 * SECOND, 30 * SECOND],
  [2, 30 * SECOND, MINUTE],
  [3, MINUTE, 2 * MINUTE],
  [7, 16 * MINUTE, 32 * MINUTE],
  [8, 30 * MINUTE, 60 * MINUTE],
  [9, 30 * MINUTE, 60 * MINUTE],
  [10_000, 30 * MINUTE, 60 * MINUTE],
])('after %d failures of one delivery the next try is in %d to %d ms', (failures, from, to) => {
  expect(pauseAfter(failures, BETWEEN_TRIES, least)).toBe(from)
  expect(pauseAfter(failures, BETWEEN_TRIES, most)).toBe(to)
})

test.each([
  [1, 500, SECOND],
  [2, SECOND, 2 * SECOND],
  [7, 30 * SECOND, MINUTE],
  [500, 30 * SECOND, MINUTE],
])('after %d failures to reach the server the next try is in %d to %d ms', (failures, from, to) => {
  expect(pauseAfter(failures, WHILE_UNREACHABLE, least)).toBe(from)
  expect(pauseAfter(failures, WHILE_UNREACHABLE, most)).toBe(to)
})
