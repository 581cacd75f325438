import { setTimeout as pause } from 'node:timers/promises'
import { UnexpectedAnswer } from './checks.ts'

/** How often is looked, in milliseconds. */
const EVERY_MS = 10

/**
 * Looks until something is there.
 *
 * @param what names it, such as `the e-mail`
 * @param look gives it, or null while it is not there
 * @throws UnexpectedAnswer when it is not there in time
 */
export async function eventually<T>(
  what: string,
  patienceMs: number,
  look: () => Promise<T | null> | T | null,
): Promise<T> {
  const end = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (performance.now() > end) {
      throw new UnexpectedAnswer(`${what} did not come within ${patienceMs / 1_000} s.`)
    }
    await pause(EVERY_MS)
  }
}
