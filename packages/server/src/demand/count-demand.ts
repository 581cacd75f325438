import { isPastDate, precisionOf, type Demand, type DemandPeriod } from '@prebook/core'
import { countJoins, type OpenWaitlist } from '@prebook/db'
import { isoTime } from '../iso-time.ts'
import type { Services } from '../services.ts'

/**
 * Counts the demand on an open waitlist.
 *
 * @param period what counts as *lately*
 */
export async function countDemand(
  services: Services,
  waitlist: OpenWaitlist,
  period: DemandPeriod,
): Promise<Demand> {
  const byDay = await countJoins(services.store, waitlist.id, period)
  return {
    waitlistId: waitlist.id,
    bookId: waitlist.book_id,
    bookTitle: waitlist.title,
    bookAuthor: waitlist.author,
    isbn: waitlist.isbn,
    expectedOn: waitlist.expected_on,
    expectedPrecision: precisionOf(waitlist.expected_on),
    overdue: waitlist.expected_on !== null && isPastDate(waitlist.expected_on, services.today()),
    waiting: waitlist.waiting_count,
    since: isoTime(waitlist.opened_at),
    joinedLately: byDay.reduce((sum, joined) => sum + joined, 0),
    joinedByDay: byDay,
  }
}
