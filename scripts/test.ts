import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  missingPostgresNotice,
  obtainTestPostgres,
  SERVER_VARIABLE,
} from '../packages/testing/src/postgres/test-postgres.ts'
import { printSummary } from './test-summary.ts'

// Runs every package's tests, whatever fails among them, then adds them up: `pnpm test [--filter …]`. All of them share one
// PostgreSQL server.
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
  const turbo = spawn('turbo', ['run', 'test', '--continue', '--concurrency=1', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {
      ...process.env,
      TURBO_TELEMETRY_DISABLED: '1',
      // What turbo's cache goes by: results on one kind of server say nothing of another, but its address is none of them.
      TEST_POSTGRES: postgres.kind,
      ...(postgres.url !== null && { [SERVER_VARIABLE]: postgres.url }),
    },
  })
  void interrupted.then(() => turbo.kill())
  const [code] = (await once(turbo, 'exit')) as [number | null]
  const { failed, passed } = await printSummary()
  return code === 0 && failed === 0 && passed > 0
}
