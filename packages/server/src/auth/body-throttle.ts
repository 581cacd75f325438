import { PrebookError } from '@prebook/core'
import { countTry, findCounts, latestEnd, type Store } from '@prebook/db'
import type { SigningKey } from './signing-key.ts'
import { network, perHour, throttleKeys } from './throttles.ts'

/** The default limit of refused bodies, per hour and network. */
const REFUSED_PER_HOUR = 300

/**
 * Limits how many request bodies of one network are refused before they are validated: too large, too complex or malformed.
 * The counts are in the store, like those of the other throttles.
 */
export type BodyThrottle = {
  /**
   * Counts a refused body. The count is written in the background, one per network at a time: a client that sends bad bodies
   * need not be answered late, and a network over the limit costs no access to the store.
   *
   * @throws PrebookError `RATE_LIMITED` over the limit. Then nothing is counted
   */
  refused(address: string): Promise<void>
}

/** Creates the throttle on a store; `now` returns milliseconds UTC. */
export function createBodyThrottle(
  store: Store,
  now: () => number,
  signingKey: SigningKey,
  limit = REFUSED_PER_HOUR,
): BodyThrottle {
  const { hmac } = throttleKeys(signingKey)
  const counting = new Map<string, Promise<void>>()
  /** When the hour of a network over the limit ends. */
  const overUntil = new Map<string, number>()

  const count = async (from: string) => {
    const key = await hmac(`refused-body ${from}`)
    const counted = await store.write(async (tx) => {
      await countTry(tx, perHour(key, limit), now())
      return (await findCounts(tx, [key], now())).get(key)
    })
    if (counted === undefined || counted.tries < limit) return
    for (const [other, until] of overUntil) if (until <= now()) overUntil.delete(other)
    overUntil.set(from, counted.expiresAt)
  }

  return {
    async refused(address) {
      const from = network(address)
      const requireUnderLimit = () => {
        const until = overUntil.get(from) ?? 0
        const waitMs = until - now()
        if (waitMs > 0 && until <= latestEnd(perHour(from, limit), now()))
          throw new PrebookError('RATE_LIMITED', { retryAfterSeconds: Math.ceil(waitMs / 1_000) })
      }
      const allowed = (counting.get(from) ?? Promise.resolve()).then(requireUnderLimit)
      // A refusal that cannot be counted, because the store is busy, is a refusal all the same.
      const counted = allowed.then(() => count(from)).catch(() => {})
      counting.set(from, counted)
      void counted.finally(() => {
        if (counting.get(from) === counted) counting.delete(from)
      })
      return allowed
    },
  }
}
