import { invalid } from './errors.ts'

/** What the rules of withdrawals depend on. Times are milliseconds UTC. */
export type WithdrawableBook = { id: number; withdrawnAt: number | null; successorId: number | null }

/** What a withdrawal changes: whether it withdraws the book now, and which successor the book has afterwards. */
export type WithdrawalPlan = { withdraws: boolean; successorId: number | null; changed: boolean }

/**
 * Resolves a withdrawal before anything is written. A book that is withdrawn already stays so, and only its successor changes.
 *
 * @param successor the named book; null for none, undefined to keep the present one
 * @throws PrebookError `VALIDATION_ERROR`, see {@link assertSuccessor}
 */
export function planWithdrawal(
  book: WithdrawableBook,
  successor: WithdrawableBook | null | undefined,
): WithdrawalPlan {
  if (successor != null) assertSuccessor(book, successor)
  const withdraws = book.withdrawnAt === null
  const successorId = successor === undefined ? book.successorId : (successor?.id ?? null)
  return { withdraws, successorId, changed: withdraws || successorId !== book.successorId }
}

/**
 * Requires that a book can replace another one. It may be sold out, but not withdrawn. Only a withdrawn book has a successor, so
 * while both books are locked this also keeps a chain of successors from leading back to where it began.
 *
 * @throws PrebookError `VALIDATION_ERROR` about `successorId`
 */
export function assertSuccessor(book: { id: number }, successor: WithdrawableBook): void {
  if (successor.id === book.id)
    throw invalid('successorId', 'A book cannot replace itself. Name another book.')
  if (successor.withdrawnAt === null) return
  if (successor.successorId === book.id)
    throw invalid(
      'successorId',
      'That book is withdrawn, and this one replaces it. Reinstate it first, or name another book.',
    )
  throw invalid('successorId', 'That book is withdrawn itself. Reinstate it first, or name another book.')
}
