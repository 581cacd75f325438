import { glob, readFile } from 'node:fs/promises'

/** The counts of a Vitest JSON report. */
type Report = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
}

/**
 * Sums the reports of the last test run of each package, and prints one line: `18 passed, 0 failed, 0 skipped`.
 */
export async function printSummary(): Promise<{ passed: number; failed: number; skipped: number }> {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for await (const file of glob('{packages/*,apps/*,e2e,e2e-browser,bench}/reports/vitest.json')) {
    const report = JSON.parse(await readFile(file, 'utf8')) as Report
    sum.passed += report.numPassedTests
    sum.failed += report.numFailedTests
    sum.skipped += report.numPendingTests + report.numTodoTests
  }
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`)
  return sum
}

if (import.meta.main) await printSummary()
