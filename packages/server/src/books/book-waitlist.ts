import { cappedCount, PrebookError, type BookWaitlist, type BookWaitlistInput } from '@prebook/core'
import { findBook, findOpenWaitlist, listPrebooksOnWaitlist } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { withQueuePosition } from '../prebooks/queue-position.ts'

/**
 * Returns the number of readers waiting for a book, and the caller's own prebook and position if they are waiting. The cost
 * does not grow beyond a thousand readers ahead.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`
 */
export async function bookWaitlist(
  context: RequestContext,
  { bookId }: BookWaitlistInput,
): Promise<BookWaitlist> {
  const session = await context.session()
  const userId = session?.user.is_active === 1 ? session.user.id : null
  return context.services.store.read(async (reader) => {
    const book = await findBook(reader, bookId)
    if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND')
    const inStock = book.stock_quantity > 0
    const waitlist = await findOpenWaitlist(reader, bookId)
    if (waitlist === undefined) return { bookId, inStock, waiting: 0, mine: null }
    const waiting = cappedCount(waitlist.waiting_count)
    const [mine] =
      userId === null
        ? []
        : await listPrebooksOnWaitlist(reader, { waitlistId: waitlist.id, userIds: [userId] })
    return {
      bookId,
      inStock,
      waiting,
      mine: mine === undefined ? null : await withQueuePosition(context.services, reader, mine),
    }
  })
}
