import type { PrebookStatus } from './schemas/prebooks.ts'

/** What a prebook can have been when it was cancelled. */
export type CancelledFrom = Exclude<PrebookStatus, 'cancelled'>

/** What the store knows of one prebook. Times are milliseconds UTC. A status is never stored: it follows from these. */
export type PrebookFacts = {
  cancelledAt: number | null
  /** What the prebook was when it was cancelled. Null as long as it is not. */
  cancelledFrom: CancelledFrom | null
  /** When the waitlist it stands on was closed by a restock. Null while that waitlist is open. */
  waitlistNotifiedAt: number | null
}

/**
 * The status of a prebook: the rule that lets a broadcast be one row.
 * `prebookStatusSql` in `packages/db` says the same in SQL, and a test compares the two over every combination.
 */
export function prebookStatus(facts: PrebookFacts): PrebookStatus {
  if (facts.cancelledAt !== null) return 'cancelled'
  return facts.waitlistNotifiedAt !== null ? 'notified' : 'waiting'
}

/**
 * When this person was told that the book is back, in milliseconds, or null. Whoever cancelled before the restock was
 * never told, although the waitlist was closed later.
 */
export function prebookNotifiedAt(facts: PrebookFacts): number | null {
  return facts.cancelledFrom === 'waiting' ? null : facts.waitlistNotifiedAt
}
