import type { CancelledBy, PrebookStatus } from './schemas/prebooks.ts'

/** The statuses from which a reader can cancel a prebook. */
export type CancelledFrom = Exclude<PrebookStatus, 'cancelled'>

/** The stored facts about a prebook. Times are in milliseconds UTC. The status is not stored but derived from these. */
export type PrebookFacts = {
  /** When the reader cancelled it. */
  cancelledAt: number | null
  /** The status before the reader cancelled it. Null if the reader did not. */
  cancelledFrom: CancelledFrom | null
  /** When a withdrawal of the book closed the prebook's waitlist. Null if none did. */
  waitlistWithdrawnAt: number | null
  /** When a restock closed the prebook's waitlist. Null if none did. */
  waitlistNotifiedAt: number | null
}

/**
 * Derives the status of a prebook. Because of this rule a broadcast writes a single row, and so does a withdrawal.
 * `prebookStatusSql` in `packages/db` implements it in SQL; a test compares the two for every combination.
 */
export function prebookStatus(facts: PrebookFacts): PrebookStatus {
  if (cancelledBy(facts) !== null) return 'cancelled'
  return facts.waitlistNotifiedAt !== null ? 'notified' : 'waiting'
}

/** Who cancelled a prebook: its reader, or the shop by withdrawing the book while the reader waited. Null if it is not cancelled. */
export function cancelledBy(facts: PrebookFacts): CancelledBy | null {
  if (facts.cancelledAt !== null) return 'reader'
  return facts.waitlistWithdrawnAt !== null ? 'shop' : null
}

/** When a prebook was cancelled, in milliseconds UTC, or null. */
export function prebookCancelledAt(facts: PrebookFacts): number | null {
  return facts.cancelledAt ?? facts.waitlistWithdrawnAt
}

/**
 * When the reader was notified, in milliseconds UTC, or null. A reader who cancelled before the restock was never notified,
 * although the waitlist was closed later.
 */
export function prebookNotifiedAt(facts: PrebookFacts): number | null {
  return facts.cancelledFrom === 'waiting' ? null : facts.waitlistNotifiedAt
}
