const DAY_MS = 86_400_000

/** When a token expires that is made or renewed at `now`; null if never. */
export function expiryAfter(days: number | undefined, now: number): number | null {
  return days === undefined ? null : now + days * DAY_MS
}
