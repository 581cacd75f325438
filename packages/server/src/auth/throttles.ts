import { createHash, createHmac } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { PrebookError } from '@prebook/core'
import {
  clearInBatches,
  countTry,
  deleteCountsOf,
  deleteMarksOf,
  deleteExpiredCounts,
  findCounts,
  keepMark,
  latestEnd,
  takeBackTry,
  type Store,
  type ThrottleCount,
  type Tx,
} from '@prebook/db'
import type { SigningKey } from './signing-key.ts'

const HOUR_MS = 3_600_000

/** How long a network is known to an account after its last sign-in from there. */
const KNOWN_MS = 90 * 24 * HOUR_MS

/** The limits of a network and of an account, as multiples of the limit of one account from one network. */
const NETWORK_FACTOR = 10
const ACCOUNT_FACTOR = 50

/** The limits of the throttles. */
export type ThrottleLimits = {
  /** New accounts per hour and network. */
  registrationsPerHour: number
  /**
   * Failed sign-ins per hour to one account from one network. A network may fail ten times as often, and an account fifty
   * times.
   */
  loginFailuresPerHour: number
}

/** A sign-in: the client's address, the folded e-mail address, and the account's device token, if the request has one. */
export type LoginAttempt = { address: string; email: string; device: string | null }

/** A registration that is counted. */
export type CountedRegistration = {
  /** Remembers the network of the new account, in its transaction. The registration stays counted. */
  succeed(tx: Tx): Promise<void>
  /** Undoes the count of a registration whose password could not be hashed. */
  takeBack(): Promise<void>
}

/** A sign-in that is counted as failed until one of these is called. */
export type CountedLogin = {
  /** Undoes the count, and remembers the network as one that the account signs in from. */
  succeed(): Promise<void>
  /** Undoes the count of a password that could not be checked. */
  takeBack(): Promise<void>
}

/**
 * Rate limits against password guessing. They count calls, not requests: a batch of a hundred sign-ins counts as a hundred.
 * The counts are in the store, so all processes share them and they survive restarts. The hour starts with the first try.
 * A network is an IPv4 address or an IPv6 /64.
 *
 * `registration` and `login` throw PrebookError `RATE_LIMITED` with the seconds to wait, or `STORE_BUSY`, since a try that
 * cannot be counted is not allowed. Rejected tries are not counted.
 */
export type Throttles = {
  /** Counts a registration, before the password is hashed. */
  registration(address: string, email: string): Promise<CountedRegistration>
  /**
   * Counts a sign-in as failed before the password is checked, so concurrent guesses cannot exceed the limit. As a
   * consequence, correct sign-ins beyond the limit are rejected if they run concurrently. They can be retried as soon as
   * one of the others completes, earlier than `Retry-After` says.
   *
   * A device that has signed in before has a limit of its own, and no other. The limit of the account applies only to
   * networks that it has not signed in from, so a stranger cannot lock out its owner.
   */
  login(attempt: LoginAttempt): Promise<CountedLogin>
  /** Deletes all counts and remembered networks of an account, by its folded e-mail address. */
  lift(email: string): Promise<void>
  /** Forgets the networks of an erased account. Its counts stay, for up to an hour. */
  forgetNetworks(tx: Tx, email: string): Promise<void>
  /** Deletes expired counts, until the signal is aborted, and returns how many. */
  sweep(signal?: AbortSignal): Promise<number>
}

/** Creates the throttles on a store; `now` returns milliseconds UTC. */
export function createThrottles(
  store: Store,
  limits: ThrottleLimits,
  now: () => number,
  signingKey: SigningKey,
): Throttles {
  const { hmac, keyOf, knownNetwork } = throttleKeys(signingKey)
  const remember = (tx: Tx, key: string) => keepMark(tx, key, now() + KNOWN_MS)

  const takeBackAll = (tries: CountedTries) => async (tx: Tx) => {
    for (const counted of tries) await takeBackTry(tx, counted)
  }

  const loginCounts = async ({ address, email, device }: LoginAttempt) => {
    const limit = limits.loginFailuresPerHour
    if (device !== null) return { counts: [perHour(await keyOf(email, `device ${device}`), limit)] }
    return {
      counts: [
        perHour(await hmac(`login-network ${network(address)}`), NETWORK_FACTOR * limit),
        perHour(await keyOf(email, `network ${network(address)}`), limit),
      ],
      fromUnknownNetwork: perHour(await keyOf(email, 'account'), ACCOUNT_FACTOR * limit),
    }
  }
  return {
    async registration(address, email) {
      const key = await hmac(`register ${network(address)}`)
      const known = await knownNetwork(email, address)
      const counts = [perHour(key, limits.registrationsPerHour)]
      const tries = await countTries(store, { counts, known }, now)
      return {
        succeed: (tx) => remember(tx, known),
        takeBack: () => store.write(takeBackAll(tries)),
      }
    },
    async login(attempt) {
      const known = await knownNetwork(attempt.email, attempt.address)
      const tries = await countTries(store, { ...(await loginCounts(attempt)), known }, now)
      const takeBack = takeBackAll(tries)
      return {
        succeed: () =>
          store.write(async (tx) => {
            await takeBack(tx)
            await remember(tx, known)
          }),
        takeBack: () => store.write(takeBack),
      }
    },
    async lift(email) {
      await clearInBatches(store, (tx) => deleteCountsOf(tx, accountPrefix(email)))
    },
    forgetNetworks: (tx, email) => deleteMarksOf(tx, accountPrefix(email), now() + HOUR_MS),
    sweep: (signal) => clearInBatches(store, (tx) => deleteExpiredCounts(tx, now()), { signal }),
  }
}

/** The keys of counters and marks. `keyOf` makes those that concern one account: `lift` finds them by their beginning. */
export function throttleKeys(signingKey: SigningKey) {
  const hmac = async (text: string) =>
    createHmac('sha256', await signingKey())
      .update(text)
      .digest('hex')
  const keyOf = async (email: string, what: string) => accountPrefix(email) + (await hmac(what)).slice(0, 32)
  const knownNetwork = (email: string, address: string) => keyOf(email, `known-network ${network(address)}`)
  return { hmac, keyOf, knownNetwork }
}

/** A counter of an hour. Its key contains hashes, so the table does not reveal who tried to sign in, and from where. */
export function perHour(key: string, limit: number): ThrottleCount {
  return { key, limit, windowMs: HOUR_MS }
}

/**
 * The beginning of all keys of an account. It is hashed without the signing key, and can be tested against a known e-mail
 * address. The network in the rest of the key cannot.
 */
function accountPrefix(email: string): string {
  return createHash('sha256').update(`account ${email}`).digest('hex').slice(0, 32)
}

/** The counters of a try. `fromUnknownNetwork` applies only without the mark `known`. */
export type Tried = { counts: ThrottleCount[]; fromUnknownNetwork?: ThrottleCount; known?: string }

/** The counters on which a try was counted, with the end of their windows. */
export type CountedTries = { key: string; expiresAt: number }[]

/** Counts one try on each counter, or on none. */
async function countTries(store: Store, tried: Tried, now: () => number): Promise<CountedTries> {
  const count = await prepareCount(store, tried, now)
  return store.write(count)
}

/**
 * Refuses a try over a limit without a write.
 *
 * @returns counts the try in a transaction, on each counter or, by throwing, on none
 */
export async function prepareCount(
  store: Store,
  { counts, fromUnknownNetwork, known }: Tried,
  now: () => number,
): Promise<(tx: Tx) => Promise<CountedTries>> {
  const all = fromUnknownNetwork === undefined ? counts : [...counts, fromUnknownNetwork]
  // Checked before the write, so that a flood over the limit takes no lock.
  const keys = [...(known === undefined ? [] : [known]), ...all.map(({ key }) => key)]
  const found = await store.read((reader) => findCounts(reader, keys, now()))
  const applied = known !== undefined && found.has(known) ? counts : all
  const full = applied.flatMap((throttle) => {
    const { tries, expiresAt } = found.get(throttle.key) ?? { tries: 0, expiresAt: 0 }
    return tries >= throttle.limit && expiresAt <= latestEnd(throttle, now()) ? [expiresAt] : []
  })
  if (full.length > 0) throw tooMany(Math.max(...full) - now())
  // Always in the order of the keys, so that concurrent transactions cannot deadlock.
  const inOrder = applied.toSorted((one, other) => (one.key < other.key ? -1 : 1))
  return async (tx) => {
    const tries = []
    for (const each of inOrder) {
      const { counted, expiresAt } = await countTry(tx, each, now())
      if (!counted) throw tooMany(expiresAt - now())
      tries.push({ key: each.key, expiresAt })
    }
    return tries
  }
}

function tooMany(waitMs: number): PrebookError {
  return new PrebookError('RATE_LIMITED', { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) })
}

/** The network to count by: the address itself in IPv4, its /64 in IPv6, which belongs to one customer (RFC 6177). */
export function network(address: string): string {
  if (!isIPv6(address)) return address
  const groups = groupsOf(address.split('%')[0] ?? '')
  // An IPv4 address as IPv6 sockets show it (RFC 4291, 2.5.5.2).
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff')
    return groups
      .slice(6)
      .map((group) => Number.parseInt(group, 16))
      .flatMap((group) => [group >> 8, group & 255])
      .join('.')
  return `${groups.slice(0, 4).join(':')}::/64`
}

/** The eight groups of an IPv6 address, in lower case and without leading zeros. */
function groupsOf(address: string): string[] {
  // The URL parser writes every form of an address in one way, with `::` for the longest run of zeros.
  const [before = '', after = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const split = (part: string) => part.split(':').filter((group) => group !== '')
  const [head, tail] = [split(before), split(after)]
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail]
}
