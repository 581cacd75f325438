/** Lets so many through a second, evenly, however many ask. */
export type Pace = {
  /** Milliseconds to wait for the next turn; taking it is up to {@link Pace.take}. */
  waitMs: (now: number) => number
  take: (now: number) => void
}

/** @param perSecond how many a second; times are milliseconds of a clock that never goes back */
export function createPace(perSecond: number): Pace {
  const everyMs = 1_000 / perSecond
  let next = 0
  return {
    waitMs: (now) => Math.max(0, next - now),
    take(now) {
      next = Math.max(next, now) + everyMs
    },
  }
}
