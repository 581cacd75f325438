import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Which cores a process runs on: servers on the first half, the load generator (this process) on the second, or any. */
export type Part = 'server' | 'load' | 'any'

const cores = availableParallelism()
const half = Math.floor(cores / 2)
const coreLists: Record<Part, string> = {
  server: `0-${half - 1}`,
  load: `${half}-${cores - 1}`,
  any: `0-${cores - 1}`,
}

/** Whether processes can be pinned: this takes two cores and `taskset` from util-linux. */
export async function canPin(): Promise<boolean> {
  if (cores < 2) return false
  try {
    await run('taskset', ['--version'])
    return true
  } catch {
    return false
  }
}

const pins = await canPin()

/** Whether servers and load generator run on separate cores. */
export const pinned = pins

/** Pins a process and all its threads to the cores of its part, where the system supports it. */
export async function pin(pid: number, part: Part): Promise<void> {
  if (pins) await run('taskset', ['-a', '-c', '-p', coreLists[part], String(pid)])
}
