import {
  ExpectedDateNews,
  formatExpectedDate,
  isPastDate,
  parseExpectedDate,
  type SkipReason,
} from '@prebook/core'
import { findExpectedDateFacts, type ExpectedDateFacts } from '@prebook/db'
import { frame, type Message } from './frame.ts'
import type { MailLinks } from './links.ts'
import { mailKind, type MailTime } from './mail-kind.ts'
import { oneLine } from './one-line.ts'
import { guestLinks, unsubscribeLink, whyPrebooked } from './reader-mail.ts'

/** The facts that the message depends on. */
export type ExpectedDateMessageFacts = Pick<
  ExpectedDateFacts,
  | 'prebookId'
  | 'prebookedAt'
  | 'userId'
  | 'manageGeneration'
  | 'bookId'
  | 'bookTitle'
  | 'bookAuthor'
  | 'payload'
  | 'queuedAt'
>

/** Mail about a changed date. */
export const expectedDateMail = mailKind({
  find: findExpectedDateFacts,
  skip: skipReason,
  waitUntil,
  write: writeExpectedDateMessage,
})

/** News that are no longer true are not sent: what made them untrue is news of its own. Neither is a date that is past. */
function skipReason(facts: ExpectedDateFacts, { today }: MailTime): SkipReason | null {
  if (facts.cancelledAt !== null) return 'cancelled'
  if (facts.waitlistClosedAt !== null) return 'superseded'
  if (!isTrue(facts) && facts.settlesAt === null) return 'superseded'
  const { to } = readNews(facts)
  return to !== null && isPastDate(to, today) ? 'expired' : null
}

/** While a newer date still settles, it may be taken back, and then this news is true again. */
function waitUntil(facts: ExpectedDateFacts, { now }: MailTime): number | null {
  return isTrue(facts) || facts.settlesAt === null ? null : Math.max(facts.settlesAt, now + RECHECK_MS)
}

function isTrue(facts: ExpectedDateFacts): boolean {
  return readNews(facts).to === facts.bookExpectedOn
}

/** How long to wait for the dispatch of a newer date that has settled, in milliseconds. */
const RECHECK_MS = 1_000

/** Writes the message about a changed date, with the date that the reader knows and the new one. */
export function writeExpectedDateMessage(facts: ExpectedDateMessageFacts, links: MailLinks): Message {
  const title = oneLine(facts.bookTitle)
  const { from, to } = readNews(facts)
  const before = from === null ? '' : ` Until now it was expected ${whenText(from)}.`
  const words =
    to === null
      ? {
          subject: `“${title}” no longer has an expected date`,
          heading: 'No date known',
          lead: `We no longer know when it comes.${before}`,
        }
      : {
          subject: `“${title}” is ${from === null ? 'expected' : 'now expected'} ${whenText(to)}`,
          heading: from === null ? 'A date is known' : 'A new date',
          lead: `It is ${from === null ? '' : 'now '}expected ${whenText(to)}.${before}`,
        }
  return frame({
    subject: words.subject,
    heading: words.heading,
    title,
    byline: `by ${facts.bookAuthor}`,
    paragraphs: [
      words.lead,
      'You keep your place on the waitlist, and we will e-mail you when the book is in stock.',
    ],
    action: { label: 'View book', url: links.bookPage(facts.bookId) },
    why: whyPrebooked(facts.prebookedAt),
    footer: [
      { label: 'Cancel this pre-booking', url: links.cancelPage(facts.prebookId, facts.queuedAt) },
      ...guestLinks(links, facts, facts.queuedAt),
    ],
    unsubscribe: unsubscribeLink(links, facts.userId, facts.queuedAt),
  })
}

function readNews({ payload }: { payload: string | null }): ExpectedDateNews {
  return ExpectedDateNews.parse(JSON.parse(payload ?? 'null'))
}

/** Such as `on 12 March 2027` or `in spring 2027`. */
function whenText(expectedOn: string): string {
  const preposition = parseExpectedDate(expectedOn)?.precision === 'day' ? 'on' : 'in'
  return `${preposition} ${formatExpectedDate(expectedOn)}`
}
