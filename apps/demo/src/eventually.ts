import { setTimeout as pause } from 'node:timers/promises'
import { UnexpectedAnswer } from './checks.ts'

/** The polling interval, in milliseconds. */
const INTERVAL_MS = 10

/**
 * Polls until a value is available.
 *
 * @param what names the value, such as `the e-mail`
 * @param poll resolves to the value, or to null while it is not available
 * @throws UnexpectedAnswer when the timeout has passed
 */
export async function eventually<T>(
  what: string,
  timeoutMs: number,
  poll: () => Promise<T | null> | T | null,
): Promise<T> {
  const end = performance.now() + timeoutMs
  for (;;) {
    const found = await poll()
    if (found !== null) return found
    if (performance.now() > end) {
      throw new UnexpectedAnswer(`Timed out waiting for ${what} (${timeoutMs / 1_000} s).`)
    }
    await pause(INTERVAL_MS)
  }
}
