import { expect, test } from 'vitest'
import { bar } from './bar.ts'

test.each([
  [10, 10, 8, '████████'],
  [5, 10, 8, '████'],
  [1, 16, 8, '▌'],
  [3, 16, 8, '█▌'],
  [1, 1_000_000, 8, '▏'],
  [0, 10, 8, ''],
  [0, 0, 8, ''],
  [20, 10, 8, '████████'],
])('the bar for %i of %i in %i columns', (value, max, width, expected) => {
  expect(bar(value, max, width)).toBe(expected)
})
