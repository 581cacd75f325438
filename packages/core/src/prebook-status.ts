import type { PrebookStatus } from './schemas/prebooks.ts'

/** The statuses from which a prebook can be cancelled. */
export type CancelledFrom = Exclude<PrebookStatus, 'cancelled'>

/** The stored facts about a prebook. Times are in milliseconds UTC. The status is not stored but derived from these. */
export type PrebookFacts = {
  cancelledAt: number | null
  /** The status before the cancellation. Null if the prebook is not cancelled. */
  cancelledFrom: CancelledFrom | null
  /** When a restock closed the prebook's waitlist. Null while the waitlist is open. */
  waitlistNotifiedAt: number | null
}

/**
 * Derives the status of a prebook. Because of this rule a broadcast writes a single row.
 * `prebookStatusSql` in `packages/db` implements it in SQL; a test compares the two for every combination.
 */
export function prebookStatus(facts: PrebookFacts): PrebookStatus {
  if (facts.cancelledAt !== null) return 'cancelled'
  return facts.waitlistNotifiedAt !== null ? 'notified' : 'waiting'
}

/**
 * When the reader was notified, in milliseconds UTC, or null. A reader who cancelled before the restock was never notified,
 * although the waitlist was closed later.
 */
export function prebookNotifiedAt(facts: PrebookFacts): number | null {
  return facts.cancelledFrom === 'waiting' ? null : facts.waitlistNotifiedAt
}
