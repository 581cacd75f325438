/** Spaces events evenly, at a fixed rate per second. */
export type RateLimiter = {
  /** Milliseconds until the next slot. Does not take it, see {@link RateLimiter.take}. */
  waitMs: (now: number) => number
  /** Takes the next slot. */
  take: (now: number) => void
}

/**
 * Creates a rate limiter. Times are milliseconds of a monotonic clock.
 *
 * @param perSecond slots per second
 */
export function createRateLimiter(perSecond: number): RateLimiter {
  const everyMs = 1_000 / perSecond
  let next = 0
  return {
    waitMs: (now) => Math.max(0, next - now),
    take(now) {
      next = Math.max(next, now) + everyMs
    },
  }
}
