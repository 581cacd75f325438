/** How pauses grow: the first one and the longest, in milliseconds. */
export type Backoff = { firstMs: number; mostMs: number }

/** Between two tries of one delivery: greylisting servers ask for minutes, full mailboxes and outages for hours. */
export const BETWEEN_TRIES: Backoff = { firstMs: 30_000, mostMs: 3_600_000 }

/** Between two tries to write down how sending went, while the store does not take it. */
export const WHILE_STORE_BUSY: Backoff = { firstMs: 50, mostMs: 2_000 }

/** Between two tries to reach a mail server that cannot be reached. */
export const WHILE_UNREACHABLE: Backoff = { firstMs: 1_000, mostMs: 60_000 }

/**
 * How long to wait after so many failures in a row: twice as long each time up to the most, of which a random half is
 * taken off, so that those that failed together do not come back together.
 *
 * @param failures 1 or more
 * @param jitter a random number from 0 to below 1
 * @returns milliseconds
 */
export function pauseAfter(failures: number, { firstMs, mostMs }: Backoff, jitter: number): number {
  // 2^30 first pauses are beyond any most; more would not be finite for ever.
  const whole = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), mostMs)
  return Math.round(whole * (0.5 + jitter / 2))
}

/**
 * A regular pause, longer or shorter by up to a quarter, so that processes that started together do not stay in step.
 *
 * @param jitter a random number from 0 to below 1
 * @returns milliseconds
 */
export function spread(everyMs: number, jitter: number): number {
  return everyMs * (0.75 + jitter / 2)
}
