import { expect, test } from 'vitest'
import { describeTransition } from './describe-transition.ts'

test.each([
  ['restocked', 0, 5, 'back in stock'],
  ['sold-out', 5, 0, 'sold out, readers can pre-book it'],
  ['changed', 5, 9, 'more copies, still in stock'],
  ['changed', 9, 5, 'fewer copies, still in stock'],
  ['none', 5, 5, 'no change'],
] as const)('%s from %i to %i', (transition, before, after, words) => {
  expect(describeTransition(transition, before, after)).toBe(words)
})
