import { expect, test } from 'vitest'
import { median, quantile, spread } from './statistics.ts'

test.each([
  { values: [3], middle: 3 },
  { values: [3, 1], middle: 2 },
  { values: [5, 1, 3], middle: 3 },
  { values: [10, 9, 100, 1], middle: 9.5 },
])('the median of $values is $middle', ({ values, middle }) => {
  const before = [...values]
  expect(median(values)).toBe(middle)
  expect(values).toEqual(before)
})

test('the median of no values is NaN', () => {
  expect(median([])).toBeNaN()
})

test('a quantile interpolates between its neighbours', () => {
  const values = [40, 0, 30, 10, 20]
  expect(quantile(values, 0)).toBe(0)
  expect(quantile(values, 1)).toBe(40)
  expect(quantile(values, 0.25)).toBe(10)
  expect(quantile(values, 0.9)).toBeCloseTo(36)
})

test('the spread covers the middle half of the values', () => {
  expect(spread([1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual({ median: 5, low: 3, high: 7 })
})
