import { setTimeout as pause } from 'node:timers/promises'
import { isLocked, translateSqliteError } from './sqlite-errors.ts'

/** The shortest and the longest pause between two tries for a lock that another process holds, in milliseconds. */
const PAUSE_MS = { least: 2, most: 25 }

/** How long to pause before each further try for a lock, in milliseconds: longer and longer. */
export function* lockPauses(): Generator<number, never> {
  for (let pauseMs = PAUSE_MS.least; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS.most)) {
    // Jitter, so that two processes that wait for a third do not meet again.
    yield pauseMs * (0.5 + Math.random())
  }
}

/**
 * Runs `attempt` until it is not refused by a lock, for at most `waitMs`. SQLite's own busy timeout would sleep with the
 * event loop in its hand, so it is switched off, and the waiting happens here.
 */
export async function retryWhileLocked<T>(waitMs: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + waitMs
  let pauses: ReturnType<typeof lockPauses> | undefined
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      pauses ??= lockPauses()
      const pauseMs = pauses.next().value
      if (!isLocked(error) || performance.now() + pauseMs > deadline) throw translateSqliteError(error)
      await pause(pauseMs)
    }
  }
}
