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

/** The limits of the throttles. */
export type ThrottleLimits = {
  /** New accounts per hour and address. */
  registrationsPerHour: number
  /** Failed sign-ins per hour, per address and per account. */
  loginFailuresPerHour: number
}

/**
 * Rate limits against password guessing. They count calls, not requests: a batch of a hundred sign-ins counts as a hundred.
 * The counts are in the store, so all processes share them and they survive restarts. The hour starts with the first try.
 *
 * Both methods throw PrebookError `RATE_LIMITED` with the seconds to wait, or `STORE_BUSY`, since a try that cannot be
 * counted is not allowed. Rejected tries are not counted.
 */
export type Throttles = {
  registration(address: string): Promise<void>
  /**
   * Counts a sign-in as failed before the password is checked, so concurrent guesses cannot exceed the limit. As a
   * consequence, correct sign-ins beyond the limit are rejected if they run concurrently. They can be retried as soon as
   * one of the others completes, earlier than `Retry-After` says.
   *
   * @returns a function that undoes the count; call it when the sign-in succeeds
   */
  login(address: string, email: string): Promise<() => Promise<void>>
  /** Deletes expired counts, until the signal is aborted. */
  sweep(signal?: AbortSignal): Promise<void>
}

/** Creates the throttles on a store; `now` returns milliseconds UTC. */
export function createThrottles(store: Store, limits: ThrottleLimits, now: () => number): Throttles {
  return {
    async registration(address) {
      await countTries(store, [count('register', network(address), limits.registrationsPerHour)], now)
    },
    async login(address, email) {
      const limit = limits.loginFailuresPerHour
      // Always in this order, so that concurrent transactions cannot deadlock.
      const counts = [count('login-address', network(address), limit), count('login-account', email, limit)]
      const tries = await countTries(store, counts, now)
      return () =>
        store.write(async (tx) => {
          for (const counted of tries) await takeBackTry(tx, counted)
        })
    },
    sweep: (signal) => clearInBatches(store, (tx) => deleteExpiredCounts(tx, now()), { signal }),
  }
}

/**
 * One counter. The key is a hash, so the table does not reveal who tried to sign in. A hash can still be tested against a
 * known address, so counts are deleted soon after they expire.
 */
function count(kind: string, subject: string, limit: number): ThrottleCount {
  const key = createHash('sha256').update(`${kind} ${subject}`).digest('hex')
  return { key, limit, windowMs: HOUR_MS }
}

/** Counts one try on each counter, or on none. */
async function countTries(
  store: Store,
  counts: ThrottleCount[],
  now: () => number,
): Promise<{ key: string; expiresAt: number }[]> {
  // Checked before the write, so that a flood over the limit takes no lock.
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

/** The network to count by: the address itself in IPv4, its /64 in IPv6, which belongs to one customer (RFC 6177). */
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
