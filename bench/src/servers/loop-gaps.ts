import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** Reads the gaps of a server that was started with the preload `loop-gaps`. */
export type LoopGaps = {
  /** The longest gap of the event loop since the previous call, in milliseconds. */
  longestMs(): Promise<number>
}

/** Watches the event loop of a process that writes its gaps to `path`. */
export function watchLoopGaps(pid: number, path: string): LoopGaps {
  let requests = 0
  return {
    async longestMs() {
      requests += 1
      process.kill(pid, 'SIGUSR2')
      for (let tries = 0; tries < 3_000; tries += 1) {
        const [number, gap] = (await readFile(path, 'utf8').catch(() => '')).split(' ')
        if (Number(number) === requests && gap !== undefined) return Number(gap)
        await pause(10)
      }
      throw new Error('The server did not report its event loop gaps.')
    },
  }
}
