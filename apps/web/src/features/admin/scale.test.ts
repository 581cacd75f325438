import { expect, test } from 'vitest'
import { fitted, marksUpTo } from './scale.ts'

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [4, [0, 1, 2, 3, 4]],
  [5, [0, 2, 4, 6]],
  [12, [0, 5, 10, 15]],
  [20, [0, 5, 10, 15, 20]],
  [99, [0, 50, 100]],
  [100, [0, 50, 100]],
  [1_000_000, [0, 500_000, 1_000_000]],
])('up to %d the marks are %j', (most, marks) => {
  expect(marksUpTo(most)).toEqual(marks)
})

test.each(Array.from({ length: 300 }, (_, index) => Math.round(1.05 ** index)))(
  'up to %d there are a few marks, and the last is not below',
  (most) => {
    const marks = marksUpTo(most)
    expect(marks.length).toBeGreaterThanOrEqual(2)
    expect(marks.length).toBeLessThanOrEqual(5)
    expect(marks.at(-1)).toBeGreaterThanOrEqual(most)
  },
)

test('a title that is too long ends in an ellipsis', () => {
  expect(fitted('Dune', 100)).toBe('Dune')
  expect(fitted('One Hundred Years of Solitude', 100)).toBe('One Hundred…')
})
