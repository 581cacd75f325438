import { expect, test } from 'vitest'
import { summarize } from './summary.ts'

const file = (status: string, ...outcomes: string[]) => ({
  name: '/src/stock.test.ts',
  status,
  message: outcomes.includes('failed') ? '' : 'Cannot find module',
  assertionResults: outcomes.map((outcome) => ({
    status: outcome,
    fullName: 'a restock notifies',
    failureMessages:
      outcome === 'failed' ? ['\u001B[31mAssertionError\u001B[39m: expected 1 to be 2\n    at line 3'] : [],
  })),
})
const failedTest = '/src/stock.test.ts > a restock notifies\n  AssertionError: expected 1 to be 2'
const failedFile = '/src/stock.test.ts\n  Cannot find module'

test.each([
  [
    'tests by their outcome',
    [file('passed', 'passed', 'passed', 'skipped'), file('passed', 'pending', 'todo')],
    { passed: 2, failed: 0, skipped: 3, failures: [] },
  ],
  [
    'a failed test next to a skipped one',
    [file('failed', 'passed', 'failed', 'skipped')],
    { passed: 1, failed: 1, skipped: 1, failures: [failedTest] },
  ],
  [
    'a file that could not be loaded as one failure',
    [file('failed')],
    { passed: 0, failed: 1, skipped: 0, failures: [failedFile] },
  ],
  [
    'the tests of a file whose set-up failed as failures',
    [file('failed', 'skipped', 'skipped', 'skipped')],
    { passed: 0, failed: 3, skipped: 0, failures: [failedFile] },
  ],
])('counts %s', (_, testResults, expected) => {
  expect(summarize({ testResults })).toEqual(expected)
})
