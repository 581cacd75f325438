import {
  COUNT_CAP,
  cappedCount,
  PrebookError,
  type BookWaitlist,
  type BookWaitlistInput,
  type CappedCount,
} from '@prebook/core'
import { countAhead, findBook, findOpenWaitlist, listPrebooksOnWaitlist, type Reader } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { withQueuePosition } from '../prebooks/queue-position.ts'

/**
 * How many wait for a book now, and the place of whoever asks, if they are signed in and wait too. It costs the same for a
 * thousand people and for a million.
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
    const waiting = await countAll(reader, waitlist.id)
    const [mine] =
      userId === null
        ? []
        : await listPrebooksOnWaitlist(reader, { waitlistId: waitlist.id, userIds: [userId] })
    return {
      bookId,
      inStock,
      waiting,
      mine: mine === undefined ? null : await withQueuePosition(reader, mine),
    }
  })
}

/** Whoever waits stands before a place that nobody can have. */
async function countAll(reader: Reader, waitlistId: number): Promise<CappedCount> {
  const end = { waitlistId, prebookId: Number.MAX_SAFE_INTEGER, cap: COUNT_CAP }
  return cappedCount(await countAhead(reader, end))
}
