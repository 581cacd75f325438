import { PrebookError } from '@prebook/core'

const HOUR_MS = 3_600_000

/** The accounts that are counted at most, in a few megabytes. Beyond that, the one whose hour began first is forgotten. */
const MOST_ACCOUNTS = 100_000

/** Limits what one account may make in an hour. The counts are in the memory of this process. */
export type HourlyQuota = {
  /**
   * Makes one more, unless the account has made as many as it may since its hour began with the first. One that is not made,
   * because `make` throws, does not count.
   *
   * @throws PrebookError `RATE_LIMITED`
   */
  use<T>(userId: number, make: () => Promise<T>): Promise<T>
}

/** Creates a quota; `now` returns milliseconds UTC. */
export function createHourlyQuota(
  limit: number,
  now: () => number,
  mostAccounts = MOST_ACCOUNTS,
): HourlyQuota {
  // In the order in which the hours end, because a new one is always added at the end.
  const hours = new Map<number, { made: number; endsAt: number }>()

  const hourOf = (userId: number) => {
    const current = hours.get(userId)
    // An hour that ends later than one from now began before the clock was set back.
    const isOver = current === undefined || current.endsAt <= now() || current.endsAt > now() + HOUR_MS
    if (!isOver && current.made > 0) return current
    hours.delete(userId)
    for (const [other, { endsAt }] of hours) {
      if (endsAt > now() && hours.size < mostAccounts) break
      hours.delete(other)
    }
    const hour = { made: 0, endsAt: now() + HOUR_MS }
    hours.set(userId, hour)
    return hour
  }

  return {
    async use(userId, make) {
      const hour = hourOf(userId)
      if (hour.made >= limit)
        throw new PrebookError('RATE_LIMITED', {
          message: `You can make up to ${limit} pre-bookings an hour. Try again later.`,
          retryAfterSeconds: Math.ceil((hour.endsAt - now()) / 1_000),
        })
      // Counted until it fails, so that concurrent calls cannot exceed the limit.
      hour.made += 1
      try {
        return await make()
      } catch (error) {
        hour.made -= 1
        throw error
      }
    },
  }
}
