import {
  COUNT_CAP,
  cappedCount,
  PrebookError,
  type BookWaitlist,
  type BookWaitlistInput,
  type PrebookDetail,
} from '@prebook/core'
import { countAhead, findBook, findOpenWaitlist, listPrebooksOnWaitlist, type Reader } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { presentPrebook } from '../prebooks/present-prebook.ts'

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
    const waiting = cappedCount(await countBefore(reader, waitlist.id, Number.MAX_SAFE_INTEGER))
    const mine = userId === null ? null : await prebookOf(reader, { waitlistId: waitlist.id, userId })
    return { bookId, inStock, waiting, mine }
  })
}

async function prebookOf(
  reader: Reader,
  { waitlistId, userId }: { waitlistId: number; userId: number },
): Promise<PrebookDetail | null> {
  const [row] = await listPrebooksOnWaitlist(reader, { waitlistId, userIds: [userId] })
  if (row === undefined) return null
  const ahead = await countBefore(reader, waitlistId, row.id)
  const prebook = presentPrebook(row)
  return { ...prebook, queuePosition: prebook.status === 'waiting' ? cappedCount(ahead + 1) : null }
}

function countBefore(reader: Reader, waitlistId: number, prebookId: number): Promise<number> {
  return countAhead(reader, { waitlistId, prebookId, cap: COUNT_CAP })
}
