/** What is read of a report of Vitest's JSON reporter. */
export type VitestReport = {
  testResults: {
    status: string
    assertionResults: { status: string }[]
  }[]
}

/** Tests by outcome. */
export type Summary = { passed: number; failed: number; skipped: number }

/**
 * Counts the tests of one report. A file that could not be loaded, or whose set-up failed, did not run its tests: they count
 * as failed, and as one failure where their number is unknown.
 */
export function summarize(report: VitestReport): Summary {
  const sum: Summary = { passed: 0, failed: 0, skipped: 0 }
  for (const { status, assertionResults } of report.testResults) {
    const count = (...states: string[]) =>
      assertionResults.filter((one) => states.includes(one.status)).length
    const passed = count('passed')
    const failed = count('failed')
    const others = assertionResults.length - passed - failed
    const brokenFile = status === 'failed' && failed === 0
    sum.passed += passed
    sum.failed += brokenFile ? Math.max(1, others) : failed
    sum.skipped += brokenFile ? 0 : others
  }
  return sum
}
