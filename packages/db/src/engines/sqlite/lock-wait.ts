import { setTimeout as pause } from 'node:timers/promises'
import { isLocked, translateSqliteError } from './sqlite-errors.ts'

/** The shortest and the longest delay between two attempts to get a lock, in milliseconds. */
const DELAY_MS = { min: 2, max: 25 }

/** The delays between attempts to get a lock, in milliseconds. They grow exponentially, with jitter. */
export function* lockPauses(): Generator<number, never> {
  for (let pauseMs = DELAY_MS.min; ; pauseMs = Math.min(pauseMs * 2, DELAY_MS.max)) {
    // Jitter, so that two processes that wait for a third do not collide again.
    yield pauseMs * (0.5 + Math.random())
  }
}

/**
 * Retries `attempt` while another process holds the lock, for at most `waitMs` milliseconds. SQLite's own busy timeout
 * is disabled, because it would block the event loop.
 *
 * @throws PrebookError `STORE_BUSY` when the lock is still held after that
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
