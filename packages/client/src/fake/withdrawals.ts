import {
  assertSuccessor,
  planWithdrawal,
  PrebookError,
  type Book,
  type BookPreviewWithdrawalInput,
  type BookReinstateInput,
  type BookWithdrawal,
  type BookWithdrawalPreview,
  type BookWithdrawInput,
} from '@prebook/core'
import { presentBook } from './books.ts'
import type { ActorCall } from './callers.ts'
import { mailReaders } from './mail.ts'
import type { BookRow } from './rows.ts'
import { findBook, findOpenWaitlist, isoTime, queueOf, recordAudit, type Shop } from './shop.ts'

/** @throws PrebookError `BOOK_NOT_FOUND` */
function bookOf(shop: Shop, bookId: number, field: 'bookId' | 'successorId' = 'bookId'): BookRow {
  const book = findBook(shop, bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field })
  return book
}

export function withdraw(
  { shop, actor }: ActorCall,
  { bookId, successorId: named }: BookWithdrawInput,
): BookWithdrawal {
  const book = bookOf(shop, bookId)
  const { withdraws, successorId, changed } = planWithdrawal(
    book,
    named == null ? named : bookOf(shop, named, 'successorId'),
  )
  if (!changed) return { book: presentBook(shop, book), waitlistClosed: null }
  const now = shop.now()
  Object.assign(book, {
    withdrawnAt: withdraws ? now : book.withdrawnAt,
    successorId,
    expectedOn: null,
    updatedAt: now,
  })
  const waitlistClosed = withdraws ? closeWaitlist(shop, bookId) : null
  const details = {
    ...(successorId !== null && { successorId }),
    ...(waitlistClosed !== null && {
      waitlistId: waitlistClosed.waitlistId,
      cancelled: waitlistClosed.cancelled,
    }),
  }
  recordAudit(shop, actor.id, { action: 'books.withdraw', subject: `book:${bookId}`, details })
  return { book: presentBook(shop, book), waitlistClosed }
}

/** Cancels everyone who waits for a book. */
function closeWaitlist(shop: Shop, bookId: number): BookWithdrawal['waitlistClosed'] {
  const waitlist = findOpenWaitlist(shop, bookId)
  if (waitlist === undefined) return null
  const now = shop.now()
  const queue = queueOf(shop, waitlist.id)
  Object.assign(waitlist, { withdrawnAt: now })
  mailReaders(shop, 'withdrawal', queue)
  return { waitlistId: waitlist.id, withdrawnAt: isoTime(now), cancelled: queue.length }
}

export function previewWithdrawal(
  { shop }: ActorCall,
  { bookId, successorId }: BookPreviewWithdrawalInput,
): BookWithdrawalPreview {
  const book = bookOf(shop, bookId)
  const id = successorId === undefined ? book.successorId : successorId
  const successor = id === null ? null : bookOf(shop, id, 'successorId')
  if (successor !== null && successorId != null) assertSuccessor(book, successor)
  const waitlist = findOpenWaitlist(shop, bookId)
  return {
    bookId,
    waiting: waitlist === undefined ? 0 : queueOf(shop, waitlist.id).length,
    successor: successor && presentBook(shop, successor),
  }
}

export function reinstate({ shop, actor }: ActorCall, { bookId }: BookReinstateInput): Book {
  const book = bookOf(shop, bookId)
  if (book.withdrawnAt === null) return presentBook(shop, book)
  Object.assign(book, { withdrawnAt: null, successorId: null, updatedAt: shop.now() })
  recordAudit(shop, actor.id, { action: 'books.reinstate', subject: `book:${bookId}`, details: {} })
  return presentBook(shop, book)
}
