import type { Reason } from '@prebook/core'
import type { Store } from '@prebook/db'
import { createPasswords, type Passwords } from './auth/passwords.ts'
import { createSessions, type Sessions } from './auth/sessions.ts'
import { createThrottles, type ThrottleLimits, type Throttles } from './auth/throttles.ts'
import { createEventHub, type EventHub } from './events/hub.ts'

/** What every use case works with. One set serves the whole process. */
export type Services = {
  store: Store
  sessions: Sessions
  passwords: Passwords
  throttles: Throttles
  live: EventHub
  /** Told of every call of a procedure. */
  observe: (call: CallOutcome) => void
  /** The time, in milliseconds UTC. */
  now: () => number
}

/** How a call of a procedure went. */
export type CallOutcome = {
  procedure: string
  /** `ok`, or why it was refused. */
  outcome: 'ok' | Reason
  /** How long it took, in milliseconds. */
  ms: number
  /** What it answered; undefined when it was refused. */
  data: unknown
}

/** What the services are put together from; what is left out is as in production. */
export type ServicesOptions = {
  store: Store
  throttleLimits: ThrottleLimits
  now?: () => number
  /** Is told of every call of a procedure; throws nothing. */
  observe?: (call: CallOutcome) => void
  /** How long at most a stream relies on news before it looks by itself, in milliseconds. */
  resyncMs?: number
}

/** Puts the services together on an open store. The caller closes the store. */
export function createServices(options: ServicesOptions): Services {
  const now = options.now ?? Date.now
  return {
    store: options.store,
    sessions: createSessions(options.store),
    passwords: createPasswords(),
    throttles: createThrottles(options.store, options.throttleLimits, now),
    live: createEventHub({ store: options.store, resyncMs: options.resyncMs }),
    observe: options.observe ?? (() => {}),
    now,
  }
}
