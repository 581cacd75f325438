import { randomBytes } from 'node:crypto'
import { calendarOf, DEFAULT_CURRENCY, limits, type Demand, type Reason } from '@prebook/core'
import type { Store } from '@prebook/db'
import { createApiTokens, type ApiTokens } from './auth/api-tokens.ts'
import { createBodyThrottle, type BodyThrottle } from './auth/body-throttle.ts'
import { createDevices, type Devices } from './auth/devices.ts'
import { createMailThrottle, type MailThrottle } from './auth/mail-throttle.ts'
import { createPasswords, type Passwords } from './auth/passwords.ts'
import { createSessions, type Sessions } from './auth/sessions.ts'
import { createSigningKey } from './auth/signing-key.ts'
import { createThrottles, type ThrottleLimits, type Throttles } from './auth/throttles.ts'
import { createTokenThrottle, type TokenThrottle } from './auth/token-throttle.ts'
import { createRecentCounts, type RecentCounts } from './demand/recent-counts.ts'
import { createEventHub, type EventHub } from './events/hub.ts'
import { createRequestProof, type RequestProof } from './guests/request-proof.ts'
import { createKeysInFlight, type KeysInFlight } from './idempotency/keys-in-flight.ts'
import { createMailLinks, type MailLinks } from './mail/content/links.ts'
import { createHourlyQuota, type HourlyQuota } from './prebooks/hourly-quota.ts'
import { createShopCurrency, type ShopCurrency } from './shop/shop-currency.ts'

/** The dependencies of every use case. One set serves the whole process. */
export type Services = {
  store: Store
  sessions: Sessions
  apiTokens: ApiTokens
  tokenThrottle: TokenThrottle
  devices: Devices
  passwords: Passwords
  throttles: Throttles
  mailThrottle: MailThrottle
  bodyThrottle: BodyThrottle
  /** Of requests for pre-bookings by e-mail. */
  requestProof: RequestProof
  /** Of the prebooks that an account makes. */
  prebookQuota: HourlyQuota
  /** The demand for a book, for later pages of its waitlist. */
  recentDemand: RecentCounts<Demand>
  /** Idempotency keys whose first request is running in this process. */
  keysInFlight: KeysInFlight
  mail: MailAccess
  currency: ShopCurrency
  live: EventHub
  /** Called after every procedure call. */
  observe: (call: CallOutcome) => void
  /** The time, in milliseconds UTC. */
  now: () => number
  /** The time zone of the shop, a name of the IANA database. */
  timeZone: string
  /** The day in it, such as `2026-11-30`. */
  today: () => string
  /** Waiting readers for whom the order list has one copy. */
  readersPerCopy: number
  /** How long news for a waitlist settles before it is mailed, in milliseconds. */
  announcementDelayMs: number
}

/** What use cases need to know of outgoing mail. */
export type MailAccess = {
  links: MailLinks
  /** Whether there is a mail server. Without one, a mail that somebody waits for would never arrive. */
  configured: boolean
  /** Whether developers read what a shop without a mail server would send, as if it had arrived. */
  isPreviewed?: boolean
}

/** The outcome of a procedure call. */
export type CallOutcome = {
  procedure: string
  /** `ok`, or the reason of the error. */
  outcome: 'ok' | Reason
  /** Duration in milliseconds. */
  ms: number
  /** The output; undefined on error. */
  data: unknown
}

/** Options of {@link createServices}. Defaults are for production. */
export type ServicesOptions = {
  store: Store
  throttleLimits: ThrottleLimits
  /** Request bodies per hour and network that may be refused before they are validated. */
  refusedBodiesPerHour?: number
  /** Prebooks that an account may make per hour, through this process. Default: 600. */
  prebooksPerHour?: number
  /** Pre-bookings by e-mail that one network may ask for per hour. Default: 60. */
  prebookRequestsPerHour?: number
  /** Tries that the proof of work before such a request takes at most. Default: 0, which asks for none. */
  requestProof?: number
  /** Calls that a token may make per minute, through this process. Default: 1,200. */
  tokenRequestsPerMinute?: number
  /** How long a request may take until its password is hashed, in milliseconds. Then it is refused with `Retry-After`. */
  signInWaitMs?: number
  /** By default there is no mail server, and no link is valid. */
  mail?: MailAccess
  /** The ISO 4217 code of the shop's currency. Default: EUR. */
  currency?: string
  now?: () => number
  /** The time zone of the shop, a name of the IANA database. Default: UTC. */
  timeZone?: string
  /** Waiting readers for whom the order list has one copy. Default: 3. */
  readersPerCopy?: number
  /** How long news for a waitlist settles before it is mailed, in milliseconds. Default: 15 minutes. */
  announcementDelayMs?: number
  /** Called after every procedure call. Must not throw. */
  observe?: (call: CallOutcome) => void
  /** How often each stream polls, in milliseconds, in case it missed an event. */
  resyncMs?: number
}

/** More than the scanning of a whole shelf takes, and too few to fill a disk with a history. */
const PREBOOKS_PER_HOUR = 600

/** Enough for a school or an office behind one address. */
const PREBOOK_REQUESTS_PER_HOUR = 60

/** Enough to notice and correct a mistake. */
const ANNOUNCEMENT_DELAY_MS = 15 * 60_000

/** Creates the services on an open store. The caller closes the store. */
export function createServices(options: ServicesOptions): Services {
  const now = options.now ?? Date.now
  const timeZone = options.timeZone ?? 'UTC'
  const dayAt = calendarOf(timeZone)
  const today = () => dayAt(now())
  const signingKey = createSigningKey(options.store)
  return {
    store: options.store,
    sessions: createSessions(options.store),
    apiTokens: createApiTokens(options.store, now),
    tokenThrottle: createTokenThrottle(now, options.tokenRequestsPerMinute),
    devices: createDevices(signingKey, now),
    passwords: createPasswords({ waitMs: options.signInWaitMs }),
    throttles: createThrottles(options.store, options.throttleLimits, now, signingKey),
    live: createEventHub({ store: options.store, today, resyncMs: options.resyncMs }),
    mailThrottle: createMailThrottle(
      options.store,
      now,
      signingKey,
      options.prebookRequestsPerHour ?? PREBOOK_REQUESTS_PER_HOUR,
    ),
    bodyThrottle: createBodyThrottle(options.store, now, signingKey, options.refusedBodiesPerHour),
    requestProof: createRequestProof(options.store, now, signingKey, options.requestProof ?? 0),
    prebookQuota: createHourlyQuota(options.prebooksPerHour ?? PREBOOKS_PER_HOUR, now),
    recentDemand: createRecentCounts(now),
    keysInFlight: createKeysInFlight(),
    mail: options.mail ?? noMail(),
    currency: createShopCurrency(options.store, options.currency ?? DEFAULT_CURRENCY),
    observe: options.observe ?? (() => {}),
    now,
    timeZone,
    today,
    readersPerCopy: options.readersPerCopy ?? limits.readersPerCopy.default,
    announcementDelayMs: options.announcementDelayMs ?? ANNOUNCEMENT_DELAY_MS,
  }
}

function noMail(): MailAccess {
  const secret = randomBytes(32).toString('hex')
  return { links: createMailLinks({ publicUrl: 'http://localhost', secret }), configured: false }
}
