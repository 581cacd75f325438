const MINUTE_MS = 60_000

/** The default limit: twenty a second. */
const REQUESTS_PER_MINUTE = 1_200

/** How much of its limit a token has used. */
export type RateLimit = {
  /** Calls allowed per window. */
  limit: number
  /** The length of a window in seconds. */
  windowSeconds: number
  remaining: number
  /** Seconds until the window ends. */
  resetSeconds: number
}

/** Limits the calls by one token. The counts are in the memory of this process. */
export type TokenThrottle = {
  /** Counts a call, unless the limit is reached. */
  count(tokenId: number): RateLimit & { allowed: boolean }
}

/** Creates the throttle; `now` returns milliseconds UTC. A window begins with the first call after the one before. */
export function createTokenThrottle(now: () => number, limit = REQUESTS_PER_MINUTE): TokenThrottle {
  // Only tokens that work are counted, so there are few.
  const windows = new Map<number, { used: number; endsAt: number }>()
  return {
    count(tokenId) {
      let window = windows.get(tokenId)
      if (window === undefined || window.endsAt <= now()) {
        window = { used: 0, endsAt: now() + MINUTE_MS }
        windows.set(tokenId, window)
      }
      const allowed = window.used < limit
      if (allowed) window.used += 1
      return {
        allowed,
        limit,
        windowSeconds: MINUTE_MS / 1_000,
        remaining: limit - window.used,
        resetSeconds: Math.ceil((window.endsAt - now()) / 1_000),
      }
    },
  }
}
