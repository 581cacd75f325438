/**
 * The factor for all time limits of tests, 1 by default. Set `TEST_TIME_FACTOR` to raise it, such as 4 on a busy machine.
 */
const factor = Number(process.env['TEST_TIME_FACTOR'] ?? '1')
if (!(factor > 0)) throw new Error('TEST_TIME_FACTOR must be a number above 0.')

/**
 * A time limit for tests, in milliseconds. It only ends tests that hang. A test continues as soon as its condition holds,
 * so limits are generous.
 */
export function bound(ms: number): number {
  return ms * factor
}

/** How long a test waits for one condition, process or response, in milliseconds. */
export const WAIT_MS = bound(60_000)

/** How long one test may take, in milliseconds. */
export const TEST_MS = bound(180_000)

/** {@link WAIT_MS} for `vi.waitFor`, `vi.waitUntil` and `expect.poll`. */
export const WAIT = { timeout: WAIT_MS, interval: 10 }
