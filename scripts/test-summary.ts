import { existsSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { summarize, type Summary, type VitestReport } from '../packages/testing/src/summary.ts'

const packages = '{packages/*,apps/*,e2e,e2e-browser,e2e-generated,bench}/package.json'

/** Where a package's last test run left its report, by the package's folder; of every package that has tests. */
export async function reportFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for await (const file of glob(packages)) {
    const { scripts } = JSON.parse(await readFile(file, 'utf8')) as { scripts?: Record<string, string> }
    if (scripts?.['test'] !== undefined) files.set(dirname(file), join(dirname(file), 'reports/vitest.json'))
  }
  return files
}

/**
 * Adds up the reports of the last test run and prints them: the failed tests by name, then one line, `18 passed, 0 failed, 0 skipped`.
 *
 * @param all whether every package must have left a report; one that did not could not run, and counts as a failure
 */
export async function printSummary({ all }: { all: boolean }): Promise<Summary> {
  const sum: Summary = { passed: 0, failed: 0, skipped: 0, failures: [] }
  for (const [folder, file] of await reportFiles()) {
    if (existsSync(file)) {
      const one = summarize(JSON.parse(await readFile(file, 'utf8')) as VitestReport)
      sum.passed += one.passed
      sum.failed += one.failed
      sum.skipped += one.skipped
      sum.failures.push(...one.failures)
    } else if (all) {
      process.stdout.write(`\nThe tests of ${folder} did not run.\n`)
      sum.failed += 1
    }
  }
  for (const failure of sum.failures)
    process.stdout.write(`\nfailed: ${failure.replace(`${process.cwd()}/`, '')}\n`)
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`)
  return sum
}

if (import.meta.main) {
  const { failed } = await printSummary({ all: true })
  if (failed > 0) process.exitCode = 1
}
