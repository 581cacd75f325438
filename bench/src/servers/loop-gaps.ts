import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** Asks a server that was started with the preload `loop-gaps`. */
export type LoopGaps = {
  /** The longest that its event loop was held up since the last time it was asked, in milliseconds. */
  longestMs(): Promise<number>
}

/** Watches the event loop of a process that writes its gaps to `path`. */
export function watchLoopGaps(pid: number, path: string): LoopGaps {
  let asked = 0
  return {
    async longestMs() {
      asked += 1
      process.kill(pid, 'SIGUSR2')
      for (let tries = 0; tries < 3_000; tries += 1) {
        const [number, gap] = (await readFile(path, 'utf8').catch(() => '')).split(' ')
        if (Number(number) === asked && gap !== undefined) return Number(gap)
        await pause(10)
      }
      throw new Error('The server did not tell its gaps.')
    },
  }
}
