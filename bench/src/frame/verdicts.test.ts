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
    { variant: 'reference', at: 'here', values: { ms: [1, 2, 3] } },
    { variant: 'ours', at: 'here', values: { ms: [3, 9, 4] } },
    { variant: 'idle', at: 'here', values: {} },
  ],
}

function outcome(target: Partial<Target>): string {
  const whole = {
    figure: 'speed',
    what: 'ours',
    variant: 'ours',
    at: 'here',
    measure: 'ms',
    anyOf: [],
    ...target,
  }
  return String(judge([figure], [whole])[0]?.outcome)
}

const baseline = { variant: 'reference', at: 'here' }

test.each([
  { anyOf: [{ baseline, atMost: 2 }], is: 'met' },
  { anyOf: [{ baseline, atMost: 1.9 }], is: 'missed' },
  { anyOf: [{ baseline, atLeast: 2 }], is: 'met' },
  { anyOf: [{ baseline, atLeast: 2.1 }], is: 'missed' },
  { anyOf: [{ baseline: null, atMost: 4 }], is: 'met' },
  { anyOf: [{ baseline: null, atMost: 3.9 }], is: 'missed' },
])('checks the median against $anyOf: $is', ({ anyOf, is }) => {
  expect(outcome({ anyOf })).toBe(is)
})

test('a target with several bounds is met by one of them', () => {
  const high = { baseline, atLeast: 100 }
  expect(outcome({ anyOf: [high, { baseline, atLeast: 1 }] })).toBe('met')
  expect(outcome({ anyOf: [high, { baseline, atLeast: 99 }] })).toBe('missed')
})

test('a target on the maximum is missed by one bad round', () => {
  expect(outcome({ of: 'most', anyOf: [{ baseline: null, atMost: 8 }] })).toBe('missed')
  expect(outcome({ of: 'most', anyOf: [{ baseline: null, atMost: 9 }] })).toBe('met')
})

test.each([
  { figure: 'other' },
  { variant: 'missing' },
  { measure: 'kB' },
  { variant: 'idle' },
  { anyOf: [{ baseline: { variant: 'idle', at: 'here' }, atMost: 1 }] },
])('an unmeasured value is not a miss: %o', (missing) => {
  expect(outcome({ anyOf: [{ baseline, atMost: 1 }], ...missing })).toBe('not measured')
})

test('no two targets have the same text', () => {
  const texts = targets.map(({ what }) => what)
  expect(new Set(texts).size).toBe(texts.length)
})
