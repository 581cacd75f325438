import { expect, test } from 'vitest'
import type { Figure } from './record.ts'
import { targets, type Target } from './targets.ts'
import { judge } from './verdicts.ts'

const figure: Figure = {
  name: 'speed',
  title: 'Speed',
  about: '',
  measures: [{ name: 'ms', better: 'less', digits: 1 }],
  rows: [
    { way: 'floor', at: 'here', values: { ms: [1, 2, 3] } },
    { way: 'ours', at: 'here', values: { ms: [3, 9, 4] } },
    { way: 'idle', at: 'here', values: {} },
  ],
}

function outcome(target: Partial<Target>): string {
  const whole = {
    figure: 'speed',
    what: 'ours',
    way: 'ours',
    at: 'here',
    measure: 'ms',
    anyOf: [],
    ...target,
  }
  return String(judge([figure], [whole])[0]?.outcome)
}

const floor = { way: 'floor', at: 'here' }

test.each([
  { anyOf: [{ beside: floor, atMost: 2 }], is: 'reached' },
  { anyOf: [{ beside: floor, atMost: 1.9 }], is: 'missed' },
  { anyOf: [{ beside: floor, atLeast: 2 }], is: 'reached' },
  { anyOf: [{ beside: floor, atLeast: 2.1 }], is: 'missed' },
  { anyOf: [{ beside: null, atMost: 4 }], is: 'reached' },
  { anyOf: [{ beside: null, atMost: 3.9 }], is: 'missed' },
])('medians are held against $anyOf: $is', ({ anyOf, is }) => {
  expect(outcome({ anyOf })).toBe(is)
})

test('of several bounds one suffices', () => {
  const high = { beside: floor, atLeast: 100 }
  expect(outcome({ anyOf: [high, { beside: floor, atLeast: 1 }] })).toBe('reached')
  expect(outcome({ anyOf: [high, { beside: floor, atLeast: 99 }] })).toBe('missed')
})

test('where the worst counts, one bad round misses', () => {
  expect(outcome({ of: 'most', anyOf: [{ beside: null, atMost: 8 }] })).toBe('missed')
  expect(outcome({ of: 'most', anyOf: [{ beside: null, atMost: 9 }] })).toBe('reached')
})

test.each([
  { figure: 'other' },
  { way: 'nobody' },
  { measure: 'kB' },
  { way: 'idle' },
  { anyOf: [{ beside: { way: 'idle', at: 'here' }, atMost: 1 }] },
])('what was not measured is no miss: %o', (missing) => {
  expect(outcome({ anyOf: [{ beside: floor, atMost: 1 }], ...missing })).toBe('not measured')
})

test('no two targets are the same', () => {
  const words = targets.map(({ what }) => what)
  expect(new Set(words).size).toBe(words.length)
})
