import { findWithdrawalFacts, type WithdrawalFacts } from '@prebook/db'
import { frame, type Link, type Message } from './frame.ts'
import type { MailLinks } from './links.ts'
import { mailKind } from './mail-kind.ts'
import { oneLine } from './one-line.ts'
import { guestLinks, unsubscribeLink, whyPrebooked } from './reader-mail.ts'

/** The facts that the message depends on. */
export type WithdrawalMessageFacts = Pick<
  WithdrawalFacts,
  | 'prebookedAt'
  | 'userId'
  | 'manageGeneration'
  | 'bookId'
  | 'bookTitle'
  | 'bookAuthor'
  | 'stockNow'
  | 'bookWithdrawnAt'
  | 'withdrawnAt'
  | 'note'
  | 'waitsAgain'
  | 'successorId'
  | 'successorTitle'
  | 'successorAuthor'
  | 'successorStock'
  | 'successorWithdrawnAt'
>

/** Mail about a withdrawal. Its prebook is cancelled by the shop, and nothing that the reader does changes that. */
export const withdrawalMail = mailKind({
  find: findWithdrawalFacts,
  skip: () => null,
  write: writeWithdrawalMessage,
})

type Words = { subject: string; heading: string; paragraphs: string[]; action: Link }

/**
 * Writes the message about a withdrawal. It says what is true when it is sent: the book may have been reinstated or restocked
 * since, and the book that replaces it may have copies or none.
 */
export function writeWithdrawalMessage(facts: WithdrawalMessageFacts, links: MailLinks): Message {
  const title = oneLine(facts.bookTitle)
  const words = wordsFor(facts, title, links)
  const prebookings = { label: 'Your pre-bookings', url: links.prebookingsPage() }
  return frame({
    ...words,
    title,
    byline: `by ${facts.bookAuthor}`,
    why: whyPrebooked(facts.prebookedAt),
    footer: facts.manageGeneration === null ? [prebookings] : guestLinks(links, facts, facts.withdrawnAt),
    unsubscribe: unsubscribeLink(links, facts.userId, facts.withdrawnAt),
  })
}

function wordsFor(facts: WithdrawalMessageFacts, title: string, links: MailLinks): Words {
  const cancelled = 'We cancelled your pre-booking because the book was not expected to come back.'
  const bookPage = links.bookPage(facts.bookId)
  if (facts.stockNow > 0)
    return {
      subject: `“${title}” is in stock after all`,
      heading: 'In stock after all',
      paragraphs: [`${cancelled} Since then copies have come in, and you can buy one.`],
      action: { label: 'View book', url: bookPage },
    }
  if (facts.bookWithdrawnAt === null)
    return {
      subject: `“${title}” can be pre-booked after all`,
      heading: 'Available to pre-book again',
      paragraphs: [
        cancelled,
        facts.waitsAgain === 1
          ? 'That has changed. You have pre-booked it again, and we will e-mail you when it is in stock.'
          : 'That has changed. Pre-book it again, and we will e-mail you when it is in stock.',
      ],
      action: { label: facts.waitsAgain === 1 ? 'View book' : 'Pre-book again', url: bookPage },
    }
  const successor = successorOf(facts, links)
  return {
    subject: `“${title}” will not come back`,
    heading: 'No longer available',
    paragraphs: [
      'The book will not come back, so we have cancelled your pre-booking.',
      ...(facts.note === null ? [] : [facts.note]),
      ...(successor === null ? [] : [successor.sentence]),
    ],
    action: successor?.action ?? { label: 'View book', url: bookPage },
  }
}

/** What to say about the book that replaces it. Null without one, and if it cannot be bought or pre-booked either. */
function successorOf(
  facts: WithdrawalMessageFacts,
  links: MailLinks,
): { sentence: string; action: Link } | null {
  const { successorId: id, successorTitle, successorAuthor, successorStock, successorWithdrawnAt } = facts
  if (id === null || successorTitle === null || successorAuthor === null || successorStock === null)
    return null
  const name = `“${oneLine(successorTitle)}” by ${oneLine(successorAuthor)}`
  const url = links.bookPage(id)
  if (successorStock > 0)
    return { sentence: `${name} replaces it and is in stock.`, action: { label: 'View the new book', url } }
  if (successorWithdrawnAt !== null) return null
  return {
    sentence: `${name} replaces it. It is out of stock, and you can pre-book it.`,
    action: { label: 'Pre-book the new book', url },
  }
}
