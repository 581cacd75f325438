import type { Delivery, DeliveryListInput, DeliveryPage } from '@prebook/core'
import { listDeliveries as queryDeliveries, type ListedDelivery } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { isoTime, isoTimeOrNull } from '../iso-time.ts'

/** Lists the e-mails about broadcasts, newest first. */
export async function listDeliveries(
  { services }: SignedInContext,
  input: DeliveryListInput,
): Promise<DeliveryPage> {
  const filter = {
    state: input.state,
    bookId: input.bookId,
    beforeId: readCursor('deliveries', input.cursor),
    limit: input.limit + 1,
  }
  const rows = await services.store.read((reader) => queryDeliveries(reader, filter))
  return page('deliveries', rows, input.limit, presentDelivery, (row) => row.id)
}

function presentDelivery(row: ListedDelivery): Delivery {
  return {
    id: row.id,
    prebookId: row.prebook_id,
    bookId: row.book,
    bookTitle: row.title,
    userId: row.user_id,
    email: row.email,
    state: row.state,
    attempts: row.attempts,
    queuedAt: isoTime(row.queued_at),
    nextAttemptAt: isoTimeOrNull(row.state === 'pending' ? row.next_attempt_at : null),
    skipReason: row.state === 'skipped' ? (row.skip_reason as Delivery['skipReason']) : null,
    lastError: row.last_error,
    sentAt: isoTimeOrNull(row.sent_at),
  }
}
