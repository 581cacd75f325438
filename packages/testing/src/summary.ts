import { stripVTControlCharacters } from 'node:util'

/** What is read of a report of Vitest's JSON reporter. */
export type VitestReport = {
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[]
  }[]
}

/** Tests by outcome. `failures` names the failed ones, each with the first line of what went wrong. */
export type Summary = { passed: number; failed: number; skipped: number; failures: string[] }

/**
 * Counts the tests of one report. A file that could not be loaded, or whose set-up failed, did not run its tests: they count
 * as failed, and as one failure where their number is unknown.
 */
export function summarize(report: VitestReport): Summary {
  const sum: Summary = { passed: 0, failed: 0, skipped: 0, failures: [] }
  for (const { name, status, message, assertionResults } of report.testResults) {
    const count = (...states: string[]) =>
      assertionResults.filter((one) => states.includes(one.status)).length
    const passed = count('passed')
    const failed = count('failed')
    const others = assertionResults.length - passed - failed
    const brokenFile = status === 'failed' && failed === 0
    sum.passed += passed
    sum.failed += brokenFile ? Math.max(1, others) : failed
    sum.skipped += brokenFile ? 0 : others
    if (brokenFile) sum.failures.push(describe(name, message))
    for (const one of assertionResults) {
      if (one.status === 'failed')
        sum.failures.push(describe(`${name} > ${one.fullName}`, one.failureMessages[0]))
    }
  }
  return sum
}

function describe(test: string, message = ''): string {
  const [firstLine = ''] = stripVTControlCharacters(message).split('\n')
  return firstLine === '' ? test : `${test}\n  ${firstLine}`
}
