import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Who runs on which cores: servers on the first half, the load generator (this process) on the others; or on any. */
export type Part = 'server' | 'load' | 'any'

const cores = availableParallelism()
const half = Math.floor(cores / 2)
const coreLists: Record<Part, string> = {
  server: `0-${half - 1}`,
  load: `${half}-${cores - 1}`,
  any: `0-${cores - 1}`,
}

/** Whether processes can be given cores of their own: there must be two, and `taskset` of util-linux. */
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

/** Whether servers and load generator have cores of their own. */
export const pinned = pins

/** Gives a process with all its threads the cores of its part, where the system allows. */
export async function pin(pid: number, part: Part): Promise<void> {
  if (pins) await run('taskset', ['-a', '-c', '-p', coreLists[part], String(pid)])
}
