import type { Demand } from '@prebook/core'
import { countWaitlist, type OpenWaitlist } from '@prebook/db'
import { isoTime } from '../iso-time.ts'
import type { Services } from '../services.ts'

const DAY_MS = 86_400_000

/**
 * Counts who waits on an open waitlist.
 *
 * @param days how many days back *lately* reaches
 */
export async function countDemand(services: Services, waitlist: OpenWaitlist, days: number): Promise<Demand> {
  const since = services.now() - days * DAY_MS
  const { live, joinedSince } = await countWaitlist(services.store, waitlist.id, since)
  return {
    waitlistId: waitlist.id,
    bookId: waitlist.book_id,
    bookTitle: waitlist.title,
    bookAuthor: waitlist.author,
    isbn: waitlist.isbn,
    waiting: live,
    since: isoTime(waitlist.opened_at),
    joinedLately: joinedSince,
  }
}
