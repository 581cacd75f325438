import {
  expectedDateProblem,
  ExpectedDateNews,
  invalid,
  parseExpectedDate,
  PrebookError,
  type Announcement,
} from '@prebook/core'
import {
  deleteAnnouncement,
  findLastPrebookId,
  findOpenWaitlist,
  insertAnnouncement,
  lockSettlingAnnouncement,
  recordAudit,
  replaceAnnouncement,
  writeExpectedDate,
  type BookRow,
  type ChangeEvent,
  type Tx,
  type WaitlistRow,
} from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { isoTime } from '../iso-time.ts'
import type { Services } from '../services.ts'

/** A book after a change of its expected date. */
export type ExpectedDateChange = {
  book: BookRow
  changed: boolean
  /** The mail to the readers who wait; null if they have nothing new to read. */
  announcement: Announcement | null
  /** The open waitlist, if the date changed. */
  waitlistId: number | null
}

/**
 * Changes when a book is expected, and announces that to everybody who waits: one row, however many they are. Publish
 * {@link expectedDateEvent} after the commit.
 *
 * @param tx holds the book's exclusive lock
 * @param expectedOn null removes the date
 * @throws PrebookError `VALIDATION_ERROR` on `expectedOn` when the date is past or too far away, `PREBOOK_BOOK_WITHDRAWN` for a date
 */
export async function changeExpectedDate(
  services: Pick<Services, 'now' | 'today' | 'announcementDelayMs'>,
  tx: Tx,
  book: BookRow,
  expectedOn: string | null,
): Promise<ExpectedDateChange> {
  if (book.expected_on === expectedOn) return { book, changed: false, announcement: null, waitlistId: null }
  if (expectedOn !== null && book.withdrawn_at !== null)
    throw new PrebookError('PREBOOK_BOOK_WITHDRAWN', {
      field: 'bookId',
      message: 'This book was withdrawn. Reinstate it first, then set a date.',
    })
  const problem = expectedOn === null ? null : expectedDateProblem(expectedOn, services.today())
  if (problem !== null) throw invalid('expectedOn', problem)
  const expectedUntil = expectedOn === null ? null : (parseExpectedDate(expectedOn)?.lastDay ?? null)
  const now = services.now()
  const changed = await writeExpectedDate(tx, { bookId: book.id, expectedOn, expectedUntil, now })
  const waitlist = await findOpenWaitlist(tx, book.id)
  const news = { from: book.expected_on, to: expectedOn }
  return {
    book: changed,
    changed: true,
    announcement: waitlist === undefined ? null : await announce(services, tx, waitlist, news),
    waitlistId: waitlist?.id ?? null,
  }
}

/** Records in the audit log that somebody changed when a book is expected. */
export async function auditExpectedDate(
  { services, actor }: Pick<ActorContext, 'services' | 'actor'>,
  tx: Tx,
  before: BookRow,
  expectedOn: string | null,
): Promise<void> {
  await recordAudit(tx, {
    at: services.now(),
    actor: actor.id,
    action: 'books.expect',
    subject: `book:${before.id}`,
    details: {
      ...(before.expected_on !== null && { oldExpectedOn: before.expected_on }),
      ...(expectedOn !== null && { newExpectedOn: expectedOn }),
    },
  })
}

/** The event of a change; null when nothing that a reader sees has changed. */
export function expectedDateEvent({ waitlistId }: ExpectedDateChange): ChangeEvent | null {
  return waitlistId === null ? null : { kind: 'waitlist', waitlistId }
}

/**
 * Announces a changed date. An announcement that has not been mailed yet is replaced: it keeps its old date, because that is the one
 * that its readers know. With the old date again, there is nothing to announce.
 */
async function announce(
  { now, announcementDelayMs }: Pick<Services, 'now' | 'announcementDelayMs'>,
  tx: Tx,
  waitlist: WaitlistRow,
  news: ExpectedDateNews,
): Promise<Announcement | null> {
  const about = { waitlistId: waitlist.id, kind: 'expected-date' } as const
  const settling = await lockSettlingAnnouncement(tx, about)
  const from = settling === undefined ? news.from : ExpectedDateNews.parse(JSON.parse(settling.details)).from
  const waiting = waitlist.waiting_count
  if (from === news.to || waiting === 0) {
    if (settling !== undefined) await deleteAnnouncement(tx, settling.id)
    return null
  }
  const settlesAt = now() + announcementDelayMs
  const content = {
    details: JSON.stringify({ from, to: news.to }),
    // Readers who join later have seen the new date.
    lastPrebookId: await findLastPrebookId(tx, waitlist.id),
    settlesAt,
  }
  if (settling !== undefined) await replaceAnnouncement(tx, settling.id, content)
  const id =
    settling?.id ??
    (await insertAnnouncement(tx, { ...about, ...content, bookId: waitlist.book_id, now: now() }))
  return { id, settlesAt: isoTime(settlesAt), waiting }
}
