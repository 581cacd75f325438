import {
  cancelledBy,
  prebookCancelledAt,
  prebookNotifiedAt,
  prebookStatus,
  type Prebook,
} from '@prebook/core'
import type { PrebookRow } from '@prebook/db'
import { isoTime, isoTimeOrNull } from '../iso-time.ts'

/** Converts a prebook row to its API form. */
export function presentPrebook(row: Omit<PrebookRow, 'userId' | 'waitlistId'>): Prebook {
  const by = cancelledBy(row)
  return {
    id: row.id,
    bookId: row.bookId,
    bookTitle: row.bookTitle,
    bookAuthor: row.bookAuthor,
    status: prebookStatus(row),
    createdAt: isoTime(row.createdAt),
    notifiedAt: isoTimeOrNull(prebookNotifiedAt(row)),
    cancelledAt: isoTimeOrNull(prebookCancelledAt(row)),
    cancelledBy: by,
    successorId: by === 'shop' ? row.bookSuccessorId : null,
  }
}
