import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

// Takes a CPU profile of the real service between two SIGUSR2 signals, and writes it to the file named by BENCH_PROFILE. Only
// the bench preloads it into the API.
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.setSamplingInterval', { interval: 200 })
let profiling = false
process.on('SIGUSR2', () => {
  profiling = !profiling
  void (profiling ? session.post('Profiler.start') : finish())
})

async function finish(): Promise<void> {
  const { profile } = await session.post('Profiler.stop')
  writeFileSync(String(process.env['BENCH_PROFILE']), JSON.stringify(profile))
}
