import {
  cancelledBy,
  precisionOf,
  prebookCancelledAt,
  prebookNotifiedAt,
  prebookStatus,
  type Prebook,
} from '@prebook/core'
import type { PrebookRow } from '@prebook/db'
import { dateToShow } from '../books/present-book.ts'
import { isoTime, isoTimeOrNull } from '../iso-time.ts'
import type { Services } from '../services.ts'

/** Converts a prebook row to its API form. */
export function presentPrebook(
  services: Pick<Services, 'today'>,
  row: Omit<PrebookRow, 'userId' | 'waitlistId'>,
): Prebook {
  const by = cancelledBy(row)
  const status = prebookStatus(row)
  const bookExpectedOn = status === 'waiting' ? dateToShow(services, row.bookExpectedOn) : null
  return {
    id: row.id,
    bookId: row.bookId,
    bookTitle: row.bookTitle,
    bookAuthor: row.bookAuthor,
    status,
    bookExpectedOn,
    bookExpectedPrecision: precisionOf(bookExpectedOn),
    createdAt: isoTime(row.createdAt),
    notifiedAt: isoTimeOrNull(prebookNotifiedAt(row)),
    cancelledAt: isoTimeOrNull(prebookCancelledAt(row)),
    cancelledBy: by,
    successorId: by === 'shop' ? row.bookSuccessorId : null,
  }
}
