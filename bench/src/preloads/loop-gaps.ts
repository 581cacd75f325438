import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

// Watches for gaps of the event loop. On each SIGUSR2 it writes a sequence number and the longest gap since the previous
// signal, in milliseconds, to the file named by BENCH_GAPS. Only the bench preloads it into a server.
const RESOLUTION_MS = 1
const gaps = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
gaps.enable()
let requests = 0
process.on('SIGUSR2', () => {
  requests += 1
  writeFileSync(String(process.env['BENCH_GAPS']), `${requests} ${gaps.max / 1e6 - RESOLUTION_MS}`)
  gaps.reset()
})
