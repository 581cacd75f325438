import { assertCanBePrebooked, PrebookError, type Prebook, type PrebookCreateInput } from '@prebook/core'
import { findBookForSession, findOpenWaitlist, insertPrebook, openWaitlist, type Tx } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { presentPrebook } from './present-prebook.ts'

/**
 * Adds a reader to the waitlist of a book that is out of stock. The session is checked again in the transaction, so that
 * what ends the sessions of an account and then cancels its prebooks leaves none.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`, `PREBOOK_BOOK_IN_STOCK`, `PREBOOK_BOOK_WITHDRAWN`, `PREBOOK_DUPLICATE`,
 *   `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`, `RATE_LIMITED` when the account has made too many in an hour
 */
export async function createPrebook(
  context: SignedInContext,
  { bookId }: PrebookCreateInput,
): Promise<Prebook> {
  const { services, user, sessionId } = context
  const create = async (tx: Tx) => {
    const session = { userId: user.id, publicId: sessionId }
    // Together, so that PostgreSQL answers them in one round trip.
    const [book, waitlist] = await Promise.all([
      findBookForSession(tx, { bookId, session }),
      findOpenWaitlist(tx, bookId),
    ])
    if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
    if (book.account_is_active === null) throw new PrebookError('AUTH_REQUIRED')
    if (book.account_is_active === 0) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
    assertCanBePrebooked({ stockQuantity: book.stock_quantity, withdrawnAt: book.withdrawn_at })
    const now = services.now()
    const waitlistId = waitlist?.id ?? (await openWaitlist(tx, bookId, now))
    const id = await insertPrebook(tx, { waitlistId, userId: user.id, now })
    if (id === undefined) throw new PrebookError('PREBOOK_DUPLICATE', { field: 'bookId' })
    const prebook = presentPrebook(services, {
      id,
      bookId,
      bookTitle: book.title,
      bookAuthor: book.author,
      bookExpectedOn: book.expected_on,
      createdAt: now,
      cancelledAt: null,
      cancelledFrom: null,
      waitlistWithdrawnAt: null,
      waitlistNotifiedAt: null,
      bookSuccessorId: null,
    })
    return context.keep(tx, prebook)
  }
  return services.prebookQuota.use(user.id, () =>
    services.store.writeOnBook(bookId, 'shared', create, () => ({ kind: 'user', userId: user.id })),
  )
}
