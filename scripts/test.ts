import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import {
  missingPostgresNotice,
  obtainTestPostgres,
  SERVER_VARIABLE,
} from '../packages/testing/src/postgres/test-postgres.ts'
import { printSummary, reportFiles } from './test-summary.ts'

// `pnpm test [--filter …]`: runs the tests of every package, even after a failure, and prints the totals. All packages share
// one PostgreSQL server.
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const interrupted = new Promise<void>((resolve) => {
  for (const signal of signals) process.on(signal, () => resolve())
})

const postgres = await obtainTestPostgres()
try {
  process.exitCode = (await runTests()) ? 0 : 1
} finally {
  await postgres.stop()
}
if (postgres.url === null) process.stderr.write(missingPostgresNotice(postgres.name))

async function runTests(): Promise<boolean> {
  const options = process.argv.slice(2)
  // An old report must not pass for that of a package whose tests do not run.
  for (const file of (await reportFiles()).values()) await rm(file, { force: true })
  const turbo = spawn('turbo', ['run', 'test', '--continue', '--concurrency=1', ...options], {
    stdio: 'inherit',
    env: {
      ...process.env,
      TURBO_TELEMETRY_DISABLED: '1',
      // Part of turbo's cache key: results depend on the kind of server, but not on its address.
      TEST_POSTGRES: postgres.kind,
      ...(postgres.url !== null && { [SERVER_VARIABLE]: postgres.url }),
    },
  })
  void interrupted.then(() => turbo.kill())
  const [code] = (await once(turbo, 'exit')) as [number | null]
  const { failed, passed } = await printSummary({ all: options.length === 0 })
  return code === 0 && failed === 0 && passed > 0
}
