import type { Reason } from '@prebook/core'
import type { Store } from '@prebook/db'
import { createDevices, type Devices } from './auth/devices.ts'
import { createPasswords, type Passwords } from './auth/passwords.ts'
import { createSessions, type Sessions } from './auth/sessions.ts'
import { createSigningKey } from './auth/signing-key.ts'
import { createThrottles, type ThrottleLimits, type Throttles } from './auth/throttles.ts'
import { createEventHub, type EventHub } from './events/hub.ts'

/** The dependencies of every use case. One set serves the whole process. */
export type Services = {
  store: Store
  sessions: Sessions
  devices: Devices
  passwords: Passwords
  throttles: Throttles
  live: EventHub
  /** Called after every procedure call. */
  observe: (call: CallOutcome) => void
  /** The time, in milliseconds UTC. */
  now: () => number
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
  /** How long a request may take until its password is hashed, in milliseconds. Then it is refused with `Retry-After`. */
  signInWaitMs?: number
  now?: () => number
  /** Called after every procedure call. Must not throw. */
  observe?: (call: CallOutcome) => void
  /** How often each stream polls, in milliseconds, in case it missed an event. */
  resyncMs?: number
}

/** Creates the services on an open store. The caller closes the store. */
export function createServices(options: ServicesOptions): Services {
  const now = options.now ?? Date.now
  const signingKey = createSigningKey(options.store)
  return {
    store: options.store,
    sessions: createSessions(options.store),
    devices: createDevices(signingKey, now),
    passwords: createPasswords({ waitMs: options.signInWaitMs }),
    throttles: createThrottles(options.store, options.throttleLimits, now, signingKey),
    live: createEventHub({ store: options.store, resyncMs: options.resyncMs }),
    observe: options.observe ?? (() => {}),
    now,
  }
}
