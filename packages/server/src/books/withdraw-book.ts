import {
  planWithdrawal,
  PrebookError,
  type BookWithdrawal,
  type BookWithdrawInput,
  type WithdrawableBook,
} from '@prebook/core'
import {
  findBook,
  recordAudit,
  recordWithdrawal,
  withdrawOpenWaitlist,
  type BookRow,
  type ChangeEvent,
  type Tx,
} from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { isoTime } from '../iso-time.ts'
import type { Services } from '../services.ts'
import { presentBook } from './present-book.ts'

/**
 * Withdraws a book that will not come back, and closes its open waitlist in the same transaction, so everyone who waits is
 * cancelled as of the commit. On a withdrawn book it only changes the successor.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`, also about `successorId`; `VALIDATION_ERROR` when that book cannot replace it
 */
export async function withdraw(context: ActorContext, input: BookWithdrawInput): Promise<BookWithdrawal> {
  const { bookId, successorId } = input
  const { answer } = await context.services.store.writeOnBooks(
    // The successor too, so that it is not withdrawn meanwhile.
    [...new Set([bookId, successorId ?? bookId])],
    'exclusive',
    async (tx) => {
      const withdrawal = await withdrawBook(context, tx, input)
      return { withdrawal, answer: await context.keep(tx, presentWithdrawal(context.services, withdrawal)) }
    },
    ({ withdrawal }) => withdrawalEvent(withdrawal),
  )
  return answer
}

/** What a withdrawal changed. `waitlistClosed` has the time in milliseconds UTC. */
export type Withdrawal = {
  book: BookRow
  /** Whether anything changed. */
  changed: boolean
  waitlistClosed: { waitlistId: number; withdrawnAt: number; cancelled: number } | null
}

/**
 * Like {@link withdraw}, within a transaction. Refuses before it writes anything.
 *
 * @param tx holds the locks on the book and on the named successor exclusively
 * @throws PrebookError like {@link withdraw}
 */
export async function withdrawBook(
  { services, actor }: ActorContext,
  tx: Tx,
  { bookId, successorId, note }: BookWithdrawInput,
): Promise<Withdrawal> {
  const [book, successor] = await Promise.all([
    findBook(tx, bookId),
    successorId == null ? successorId : findBook(tx, successorId),
  ])
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  if (successorId != null && successor === undefined)
    throw new PrebookError('BOOK_NOT_FOUND', { field: 'successorId' })
  const plan = planWithdrawal(withdrawable(book), successor && withdrawable(successor))
  if (!plan.changed) return { book, changed: false, waitlistClosed: null }

  const now = services.now()
  const [changed, closed] = await Promise.all([
    recordWithdrawal(tx, {
      bookId,
      withdrawnAt: plan.withdraws ? now : book.withdrawn_at,
      successorId: plan.successorId,
      now,
    }),
    plan.withdraws ? withdrawOpenWaitlist(tx, { bookId, now, note: note ?? null }) : undefined,
  ])
  const waitlistClosed =
    closed === undefined ? null : { waitlistId: closed.id, withdrawnAt: now, cancelled: closed.waiting_count }
  await recordAudit(tx, {
    at: now,
    actor: actor.id,
    action: 'books.withdraw',
    subject: `book:${bookId}`,
    details: {
      ...(plan.successorId !== null && { successorId: plan.successorId }),
      ...(waitlistClosed !== null && {
        waitlistId: waitlistClosed.waitlistId,
        cancelled: waitlistClosed.cancelled,
      }),
    },
  })
  return { book: changed, changed: true, waitlistClosed }
}

/** The event of a withdrawal; null when it closed no waitlist. */
export function withdrawalEvent({ waitlistClosed }: Withdrawal): ChangeEvent | null {
  return waitlistClosed === null ? null : { kind: 'waitlist', waitlistId: waitlistClosed.waitlistId }
}

/** The facts about a book that the rules of withdrawals depend on. */
export function withdrawable(book: BookRow): WithdrawableBook {
  return { id: book.id, withdrawnAt: book.withdrawn_at, successorId: book.successor_id }
}

function presentWithdrawal(services: Services, { book, waitlistClosed }: Withdrawal): BookWithdrawal {
  return {
    book: presentBook(services, book),
    waitlistClosed: waitlistClosed && {
      ...waitlistClosed,
      withdrawnAt: isoTime(waitlistClosed.withdrawnAt),
    },
  }
}
