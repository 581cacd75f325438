import { expect, test } from 'vitest'
import { fitText, ticksUpTo } from './scale.ts'

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
])('ticks up to %d are %j', (max, ticks) => {
  expect(ticksUpTo(max)).toEqual(ticks)
})

test.each(Array.from({ length: 300 }, (_, index) => Math.round(1.05 ** index)))(
  'ticks up to %d are few and cover the largest value',
  (max) => {
    const ticks = ticksUpTo(max)
    expect(ticks.length).toBeGreaterThanOrEqual(2)
    expect(ticks.length).toBeLessThanOrEqual(5)
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(max)
  },
)

test('shortens a long title with an ellipsis', () => {
  expect(fitText('Dune', 100)).toBe('Dune')
  expect(fitText('One Hundred Years of Solitude', 100)).toBe('One Hundred…')
})
