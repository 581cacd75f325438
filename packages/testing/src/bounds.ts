/**
 * How much longer than usual tests may wait: 1 unless `TEST_TIME_FACTOR` says otherwise, such as 4 on a machine that does
 * other work.
 */
const factor = Number(process.env['TEST_TIME_FACTOR'] ?? '1')
if (!(factor > 0)) throw new Error('TEST_TIME_FACTOR must be a number above 0.')

/**
 * A bound for tests, in milliseconds. It ends a test that hangs and measures nothing: a condition that holds is noticed at
 * once, so bounds are generous.
 */
export function bound(ms: number): number {
  return ms * factor
}

/** How long a test waits for one condition, process or answer, in milliseconds. */
export const WAIT_MS = bound(60_000)

/** How long one test may take, in milliseconds. */
export const TEST_MS = bound(180_000)

/** {@link WAIT_MS} for `vi.waitFor`, `vi.waitUntil` and `expect.poll`. */
export const WAIT = { timeout: WAIT_MS, interval: 10 }
