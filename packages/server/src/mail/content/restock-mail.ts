import { formatPrice } from '@prebook/core'
import { findRestockFacts, type RestockFacts } from '@prebook/db'
import { frame, type Message } from './frame.ts'
import type { MailLinks } from './links.ts'
import { mailKind, type MailShop } from './mail-kind.ts'
import { guestLinks, unsubscribeLink, whyPrebooked } from './reader-mail.ts'
import { oneLine } from './one-line.ts'

/** The facts that the message depends on. */
export type RestockMessageFacts = Pick<
  RestockFacts,
  | 'prebookId'
  | 'prebookedAt'
  | 'userId'
  | 'manageGeneration'
  | 'bookId'
  | 'bookTitle'
  | 'bookAuthor'
  | 'priceCents'
  | 'stockNow'
  | 'notifiedAt'
  | 'notifiedCount'
  | 'copies'
  | 'locale'
>

/** Mail about a broadcast. */
export const restockMail = mailKind({
  find: findRestockFacts,
  skip: (facts) => (facts.cancelledAt === null ? null : 'cancelled'),
  write: writeRestockMessage,
})

/**
 * Writes the message about a broadcast. It promises no copy, since everyone waiting is notified regardless of the number
 * of copies. If the book has sold out again, the message says so.
 */
export function writeRestockMessage(facts: RestockMessageFacts, links: MailLinks, shop: MailShop): Message {
  const title = oneLine(facts.bookTitle)
  const soldOut = facts.stockNow === 0
  const copies = count(facts.copies, 'copy', 'copies')
  const waiting = count(facts.notifiedCount ?? 1, 'reader was', 'readers were')
  const arrival = `${copies} came in, and ${waiting} waiting.`
  const words = soldOut
    ? {
        subject: `“${title}” was back in stock and has sold out again`,
        heading: 'Sold out again',
        lead: `${arrival} There are no copies left.`,
        next: 'Pre-book it again, and we will e-mail you when it returns.',
        action: 'Pre-book again',
      }
    : {
        subject: `“${title}” is back in stock`,
        heading: 'Back in stock',
        lead: arrival,
        next: 'Everyone who was waiting gets this e-mail: first come, first served.',
        action: 'View book',
      }
  return frame({
    subject: words.subject,
    heading: words.heading,
    title,
    byline: `by ${facts.bookAuthor} · ${formatPrice(facts.priceCents, shop.currency, facts.locale)}`,
    paragraphs: [words.lead, words.next],
    action: { label: words.action, url: links.bookPage(facts.bookId) },
    why: whyPrebooked(facts.prebookedAt),
    footer: [
      { label: 'Cancel this pre-booking', url: links.cancelPage(facts.prebookId, facts.notifiedAt) },
      ...guestLinks(links, facts, facts.notifiedAt),
    ],
    unsubscribe: unsubscribeLink(links, facts.userId, facts.notifiedAt),
  })
}

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
