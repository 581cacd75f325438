import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

// Takes a CPU profile of the real service from one SIGUSR2 to the next, and writes it where BENCH_PROFILE says. Loaded before
// the API by the bench alone.
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.setSamplingInterval', { interval: 200 })
let taking = false
process.on('SIGUSR2', () => {
  taking = !taking
  void (taking ? session.post('Profiler.start') : finish())
})

async function finish(): Promise<void> {
  const { profile } = await session.post('Profiler.stop')
  writeFileSync(String(process.env['BENCH_PROFILE']), JSON.stringify(profile))
}
