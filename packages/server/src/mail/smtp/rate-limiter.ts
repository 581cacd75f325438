/** Lets so many through a second, evenly, however many ask. */
export type RateLimiter = {
  /** Milliseconds to wait for the next turn; taking it is up to {@link RateLimiter.take}. */
  waitMs: (now: number) => number
  /** Takes the next turn. */
  take: (now: number) => void
}

/**
 * Makes a pace. Times are milliseconds of a clock that never goes back.
 *
 * @param perSecond how many it lets through a second
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
