import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

// Watches how long the event loop was held up. At each SIGUSR2 it writes the longest gap since the last one, in
// milliseconds and numbered, where BENCH_GAPS says. Loaded before a server by the bench alone.
const RESOLUTION_MS = 1
const gaps = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
gaps.enable()
let asked = 0
process.on('SIGUSR2', () => {
  asked += 1
  writeFileSync(String(process.env['BENCH_GAPS']), `${asked} ${gaps.max / 1e6 - RESOLUTION_MS}`)
  gaps.reset()
})
