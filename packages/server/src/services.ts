import type { Store } from '@prebook/db'
import { createPasswords, type Passwords } from './auth/passwords.ts'
import { createSessions, type Sessions } from './auth/sessions.ts'
import { createThrottles, type ThrottleLimits, type Throttles } from './auth/throttles.ts'

/** What every use case works with. One set serves the whole process. */
export type Services = {
  store: Store
  sessions: Sessions
  passwords: Passwords
  throttles: Throttles
  /** The time, in milliseconds UTC. */
  now: () => number
}

export type ServicesOptions = {
  store: Store
  throttleLimits: ThrottleLimits
  now?: () => number
}

/** Puts the services together on an open store. The caller closes the store. */
export function createServices(options: ServicesOptions): Services {
  return {
    store: options.store,
    sessions: createSessions(options.store),
    passwords: createPasswords(),
    throttles: createThrottles(options.throttleLimits),
    now: options.now ?? Date.now,
  }
}
