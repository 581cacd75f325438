import { isIPv6 } from 'node:net'
import { PrebookError } from '@prebook/core'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

const HOUR_SECONDS = 3_600

export type ThrottleLimits = {
  /** New accounts an hour from one address. */
  registrationsPerHour: number
  /** Failed sign-ins an hour from one address, and for one account. */
  loginFailuresPerHour: number
}

/**
 * What slows guessing down. It counts calls, not requests: a batch of a hundred sign-ins is a hundred tries.
 * Both methods throw PrebookError `RATE_LIMITED` with the seconds to wait.
 */
export type Throttles = {
  registration(address: string): Promise<void>
  /**
   * Counts a sign-in as failed before it is checked, so that guesses sent at once cannot outrun the count.
   *
   * @returns what takes the count back when it succeeds
   */
  login(address: string, email: string): Promise<() => Promise<void>>
}

/** Makes the counters, which live in this process. */
export function createThrottles(limits: ThrottleLimits): Throttles {
  const registrations = counter('register', limits.registrationsPerHour)
  const byAddress = counter('login-address', limits.loginFailuresPerHour)
  const byAccount = counter('login-account', limits.loginFailuresPerHour)
  return {
    registration: (address) => consume(registrations, network(address)),
    async login(address, email) {
      await consume(byAddress, network(address))
      await consume(byAccount, email)
      return async () => {
        await byAddress.reward(network(address))
        await byAccount.reward(email)
      }
    },
  }
}

function counter(keyPrefix: string, points: number): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix, points, duration: HOUR_SECONDS })
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    throw new PrebookError('RATE_LIMITED', { retryAfterSeconds: Math.ceil(refused.msBeforeNext / 1000) })
  }
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
