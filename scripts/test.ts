import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { printSummary } from './test-summary.ts'

// Runs every package's tests, whatever fails among them, then adds them up: `pnpm test [--filter …]`.
const turbo = spawn('turbo', ['run', 'test', '--continue', '--concurrency=1', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
})
const [code] = await once(turbo, 'exit')
const { failed, passed } = await printSummary()
process.exitCode = code === 0 && failed === 0 && passed > 0 ? 0 : 1
