import { PrebookError, type DemandWaitlistInput, type DemandWaitlistPage } from '@prebook/core'
import { findBook, findOpenWaitlistWithBook, listWaiting } from '@prebook/db'
import { actorSeesAddresses } from '../auth/authorize.ts'
import type { ActorContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { isoTime } from '../iso-time.ts'
import { countDemand } from './count-demand.ts'
import { periodOf } from './period.ts'

/**
 * Lists the readers waiting for a book, in queue order. Only admins see their addresses. On later pages, the demand may be some
 * seconds old.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`, `WAITLIST_NOT_FOUND` when no one has pre-booked it since it was last in stock
 */
export async function waitlistDemand(
  { services, actor }: ActorContext,
  input: DemandWaitlistInput,
): Promise<DemandWaitlistPage> {
  const { store, recentDemand } = services
  const afterId = readCursor('waiting', input.cursor)
  const waitlist = await store.read((reader) => findOpenWaitlistWithBook(reader, input.bookId))
  if (waitlist === undefined) {
    const book = await store.read((reader) => findBook(reader, input.bookId))
    throw new PrebookError(book === undefined ? 'BOOK_NOT_FOUND' : 'WAITLIST_NOT_FOUND', { field: 'bookId' })
  }
  const waiting = { waitlistId: waitlist.id, afterId, limit: input.limit + 1 }
  const rows = await store.read((reader) => listWaiting(reader, waiting))
  const count = () => countDemand(services, waitlist, periodOf(services, input))
  const counted = `${waitlist.id}:${input.days}`
  return {
    ...page(
      'waiting',
      rows,
      input.limit,
      (row) => ({
        ...row,
        email: actorSeesAddresses(actor) ? row.email : null,
        createdAt: isoTime(row.createdAt),
      }),
      (row) => row.prebookId,
    ),
    demand: await (input.cursor == null
      ? recentDemand.compute(counted, count)
      : recentDemand.recent(counted, count)),
  }
}
