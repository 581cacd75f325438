import { expect, test } from 'vitest'
import { summarize } from './summary.ts'

const file = (status: string, ...outcomes: string[]) => ({
  status,
  assertionResults: outcomes.map((outcome) => ({ status: outcome })),
})

test.each([
  [
    'tests by their outcome',
    [file('passed', 'passed', 'passed', 'skipped'), file('passed', 'pending', 'todo')],
    { passed: 2, failed: 0, skipped: 3 },
  ],
  [
    'a failed test next to a skipped one',
    [file('failed', 'passed', 'failed', 'skipped')],
    { passed: 1, failed: 1, skipped: 1 },
  ],
  ['a file that could not be loaded as one failure', [file('failed')], { passed: 0, failed: 1, skipped: 0 }],
  [
    'the tests of a file whose set-up failed as failures',
    [file('failed', 'skipped', 'skipped', 'skipped')],
    { passed: 0, failed: 3, skipped: 0 },
  ],
])('counts %s', (_, testResults, expected) => {
  expect(summarize({ testResults })).toEqual(expected)
})
