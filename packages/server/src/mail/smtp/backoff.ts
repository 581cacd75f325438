/** An exponential backoff: the first and the longest pause, in milliseconds. */
export type Backoff = { firstMs: number; mostMs: number }

/** Between two tries of one delivery. Greylisting takes minutes, full mailboxes and outages take hours. */
export const BETWEEN_TRIES: Backoff = { firstMs: 30_000, mostMs: 3_600_000 }

/** Between two tries to record an outcome while the store is busy. */
export const WHILE_STORE_BUSY: Backoff = { firstMs: 50, mostMs: 2_000 }

/** Between two tries to reach an unavailable mail server. */
export const WHILE_UNREACHABLE: Backoff = { firstMs: 1_000, mostMs: 60_000 }

/**
 * The pause after a number of consecutive failures. It doubles each time up to `mostMs`, then loses a random part of up to
 * one half, so that retries do not synchronize.
 *
 * @param failures 1 or more
 * @param jitter a random number from 0 to below 1
 * @returns milliseconds
 */
export function pauseAfter(failures: number, { firstMs, mostMs }: Backoff, jitter: number): number {
  // 2^30 exceeds any ratio of `mostMs` to `firstMs`; larger exponents would overflow to Infinity.
  const whole = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), mostMs)
  return Math.round(whole * (0.5 + jitter / 2))
}

/**
 * A regular interval with up to 25 % of jitter, so that processes that started together do not stay in step.
 *
 * @param jitter a random number from 0 to below 1
 * @returns milliseconds
 */
export function spread(everyMs: number, jitter: number): number {
  return everyMs * (0.75 + jitter / 2)
}
