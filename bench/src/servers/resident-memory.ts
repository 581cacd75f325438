import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { median } from '../frame/statistics.ts'

const run = promisify(execFile)

const SAMPLES = 15
const EVERY_MS = 200

/** How much memory a process holds, in megabytes: the middle of some seconds, since collecting garbage makes it swing. */
export async function residentMemoryMb(pid: number): Promise<number> {
  const samples: number[] = []
  for (let count = 0; count < SAMPLES; count += 1) {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
    samples.push((Number(stdout) * 1024) / 1e6)
    await pause(EVERY_MS)
  }
  return median(samples)
}
