import type { Delivery } from '@prebook/core'
import type { ListedDelivery } from '@prebook/db'
import { isoTime, isoTimeOrNull } from '../iso-time.ts'

/** Converts a delivery row to its API form. */
export function presentDelivery(row: ListedDelivery): Delivery {
  return {
    id: row.id,
    kind: row.kind,
    prebookId: row.prebook_id,
    bookId: row.book_id,
    bookTitle: row.title,
    userId: row.user_id,
    email: row.email,
    addressSuppressed: row.address_refused === 1,
    state: row.state,
    attempts: row.attempts,
    queuedAt: isoTime(row.queued_at),
    nextAttemptAt: isoTimeOrNull(row.state === 'pending' ? row.next_attempt_at : null),
    skipReason: row.state === 'skipped' ? (row.skip_reason as Delivery['skipReason']) : null,
    lastError: row.last_error,
    sentAt: isoTimeOrNull(row.sent_at),
  }
}
