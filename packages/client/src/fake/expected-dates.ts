import {
  expectedDateProblem,
  invalid,
  isPastDate,
  overdueCursorText,
  parseExpectedDate,
  PrebookError,
  precisionOf,
  readOverdueCursor,
  type Announcement,
  type BookExpected,
  type BookExpectInput,
  type BookOverdueInput,
  type BookOverduePage,
  type ExpectedDateNews,
} from '@prebook/core'
import { presentBook } from './books.ts'
import type { ActorCall } from './callers.ts'
import { decoded } from './cursors.ts'
import { mailExpectedDate } from './mail.ts'
import type { AnnouncementRow, BookRow } from './rows.ts'
import { findBook, findOpenWaitlist, isOpen, isoTime, queueOf, recordAudit, type Shop } from './shop.ts'

/** How long a changed date settles before it is mailed, in milliseconds. */
const ANNOUNCEMENT_DELAY_MS = 15 * 60_000

export function expectBook(
  { shop, actor }: ActorCall,
  { bookId, expectedOn }: BookExpectInput,
): BookExpected {
  const book = findBook(shop, bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  const before = book.expectedOn
  if (before === expectedOn) return { book: presentBook(shop, book), announcement: null }
  if (expectedOn !== null && book.withdrawnAt !== null)
    throw new PrebookError('PREBOOK_BOOK_WITHDRAWN', {
      field: 'bookId',
      message: 'This book was withdrawn. Reinstate it first, then set a date.',
    })
  const problem = expectedOn === null ? null : expectedDateProblem(expectedOn, shop.today())
  if (problem !== null) throw invalid('expectedOn', problem)
  Object.assign(book, { expectedOn, updatedAt: shop.now() })
  recordAudit(shop, actor.id, {
    action: 'books.expect',
    subject: `book:${bookId}`,
    details: {
      ...(before !== null && { oldExpectedOn: before }),
      ...(expectedOn !== null && { newExpectedOn: expectedOn }),
    },
  })
  return {
    book: presentBook(shop, book),
    announcement: announce(shop, bookId, { from: before, to: expectedOn }),
  }
}

function announce(shop: Shop, bookId: number, { from, to }: ExpectedDateNews): Announcement | null {
  const waitlist = findOpenWaitlist(shop, bookId)
  if (waitlist === undefined) return null
  const { rows } = shop
  const settling = rows.announcements.find((row) => row.waitlistId === waitlist.id && !row.isDispatched)
  const news = { from: settling?.news.from ?? from, to }
  if (settling !== undefined) news.from = settling.news.from
  rows.announcements = rows.announcements.filter((row) => row !== settling)
  const waiting = queueOf(shop, waitlist.id).length
  if (news.from === to || waiting === 0) return null
  const announcement: AnnouncementRow = {
    id: settling?.id ?? Math.max(0, ...rows.announcements.map(({ id }) => id)) + 1,
    waitlistId: waitlist.id,
    news,
    lastPrebookId: rows.prebooks.length,
    settlesAt: shop.now() + ANNOUNCEMENT_DELAY_MS,
    isDispatched: false,
  }
  rows.announcements.push(announcement)
  return { id: announcement.id, settlesAt: isoTime(announcement.settlesAt), waiting }
}

/** Mails the changed dates that have settled to those who waited then and still do. */
export function mailSettledDates(shop: Shop): void {
  for (const row of shop.rows.announcements) {
    if (row.isDispatched || row.settlesAt > shop.now()) continue
    row.isDispatched = true
    const waitlist = shop.rows.waitlists[row.waitlistId - 1]
    if (waitlist === undefined || !isOpen(waitlist)) continue
    const readers = queueOf(shop, row.waitlistId).filter(({ id }) => id <= row.lastPrebookId)
    mailExpectedDate(shop, readers, row.news)
  }
}

export function overdueBooks(
  { shop }: ActorCall,
  { bookId, cursor, limit }: BookOverdueInput,
): BookOverduePage {
  const after = cursor == null ? null : readOverdueCursor(decoded(cursor))
  const overdue = shop.rows.books
    .flatMap((book) => overdueSince(shop, book))
    .filter(({ book: { id } }) => id === (bookId ?? id))
    .toSorted((a, b) => compare(a, { until: b.until, id: b.book.id }))
    .filter((each) => after === null || compare(each, after) > 0)
  const shown = overdue.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(({ book, expectedOn }) => {
      const waitlist = findOpenWaitlist(shop, book.id)
      return {
        bookId: book.id,
        bookTitle: book.title,
        bookAuthor: book.author,
        isbn: book.isbn,
        expectedOn,
        expectedPrecision: precisionOf(expectedOn) ?? 'day',
        waiting: waitlist === undefined ? 0 : queueOf(shop, waitlist.id).length,
      }
    }),
    nextCursor:
      overdue.length > limit && last !== undefined
        ? btoa(overdueCursorText({ until: last.until, id: last.book.id }))
        : null,
  }
}

type Overdue = { book: BookRow; expectedOn: string; until: string }

function overdueSince(shop: Shop, book: BookRow): Overdue[] {
  const { expectedOn, stockQuantity } = book
  if (expectedOn === null || stockQuantity > 0 || !isPastDate(expectedOn, shop.today())) return []
  return [{ book, expectedOn, until: parseExpectedDate(expectedOn)?.lastDay ?? '' }]
}

function compare(one: Overdue, other: { until: string; id: number }): number {
  return one.until === other.until ? one.book.id - other.id : one.until < other.until ? -1 : 1
}
