import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { median } from '../frame/statistics.ts'

const run = promisify(execFile)

const SAMPLES = 15
const EVERY_MS = 200

/** The resident memory of a process, in megabytes: the median over three seconds, since garbage collection makes it vary. */
export async function residentMemoryMb(pid: number): Promise<number> {
  const samples: number[] = []
  for (let count = 0; count < SAMPLES; count += 1) {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
    samples.push((Number(stdout) * 1024) / 1e6)
    await pause(EVERY_MS)
  }
  return median(samples)
}
