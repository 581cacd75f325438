import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { PrebookError } from '@prebook/core'
import {
  clearInBatches,
  countTry,
  deleteExpiredCounts,
  findFullCount,
  takeBackTry,
  type Store,
  type ThrottleCount,
} from '@prebook/db'

const HOUR_MS = 3_600_000

/** How many tries are let through. */
export type ThrottleLimits = {
  /** New accounts an hour from one address. */
  registrationsPerHour: number
  /** Failed sign-ins an hour from one address, and for one account. */
  loginFailuresPerHour: number
}

/**
 * What slows guessing down. It counts calls, not requests: a batch of a hundred sign-ins is a hundred tries. The counts are
 * in the store: they hold for all processes together and outlive each of them. The hour begins with the first try.
 *
 * Counting throws PrebookError `RATE_LIMITED` with the seconds to wait; or `STORE_BUSY`, since what cannot be counted is
 * not let through. What is refused is not counted.
 */
export type Throttles = {
  registration(address: string): Promise<void>
  /**
   * Counts a sign-in as failed before it is checked, so that guesses sent at once cannot outrun the count. It also means
   * that of more right sign-ins at once than the limit some are refused; they can come again as soon as one is through,
   * whatever `Retry-After` says.
   *
   * @returns what takes the count back when it succeeds
   */
  login(address: string, email: string): Promise<() => Promise<void>>
  /** Clears away the counts whose hour is over, until it is told to stop. */
  sweep(signal?: AbortSignal): Promise<void>
}

/** Makes the throttles on a store; `now` tells the time in milliseconds UTC. */
export function createThrottles(store: Store, limits: ThrottleLimits, now: () => number): Throttles {
  return {
    async registration(address) {
      await countTries(store, [count('register', network(address), limits.registrationsPerHour)], now)
    },
    async login(address, email) {
      const limit = limits.loginFailuresPerHour
      // Always in this order: transactions that lock two counts each never wait for each other in a circle.
      const counts = [count('login-address', network(address), limit), count('login-account', email, limit)]
      const tries = await countTries(store, counts, now)
      return () =>
        store.write(async (tx) => {
          for (const taken of tries) await takeBackTry(tx, taken)
        })
    },
    sweep: (signal) => clearInBatches(store, (tx) => deleteExpiredCounts(tx, now()), { signal }),
  }
}

/**
 * What is counted, and of whom. The key is a hash: whoever comes across the counts does not read there who tried. It does
 * not keep who has a suspicion from testing it, which is why counts are swept soon after their hour.
 */
function count(kind: string, who: string, limit: number): ThrottleCount {
  const key = createHash('sha256').update(`${kind} ${who}`).digest('hex')
  return { key, limit, windowMs: HOUR_MS }
}

/** Counts one try on each, or on none. */
async function countTries(
  store: Store,
  counts: ThrottleCount[],
  now: () => number,
): Promise<{ key: string; expiresAt: number }[]> {
  // Asked before: a flood over the limit then takes no lock and writes nothing.
  const fullUntil = await store.read(async (reader) => {
    for (const each of counts) {
      const end = await findFullCount(reader, each, now())
      if (end !== null) return end
    }
    return null
  })
  if (fullUntil !== null) throw tooMany(fullUntil - now())
  return store.write(async (tx) => {
    const tries = []
    for (const each of counts) {
      const { counted, expiresAt } = await countTry(tx, each, now())
      if (!counted) throw tooMany(expiresAt - now())
      tries.push({ key: each.key, expiresAt })
    }
    return tries
  })
}

function tooMany(waitMs: number): PrebookError {
  return new PrebookError('RATE_LIMITED', { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) })
}

/** Who an address stands for: itself in IPv4, its /64 in IPv6, which one customer has whole (RFC 6177). */
export function network(address: string): string {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === '' ? [] : tail.split(':')
  const zeros = address.includes('::') ? Math.max(0, 8 - groups.length - rest.length) : 0
  const full = [...groups, ...Array<string>(zeros).fill('0'), ...rest]
  return `${full
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
