import { Locale, WISH_MS } from '@prebook/core'
import { findWishMailFacts, type WishMailFacts } from '@prebook/db'
import { confirmWords } from './confirm-words.ts'
import { frame, type Message } from './frame.ts'
import type { MailLinks, Wish } from './links.ts'
import { mailKind } from './mail-kind.ts'
import { oneLine } from './one-line.ts'

/** What the payload of mail that asks to confirm a pre-booking holds of the wish. The rest are columns. */
export type WishPayload = Pick<Wish, 'id' | 'expiresAt'>

/** The facts that the message depends on. */
export type ConfirmMessageFacts = Pick<
  WishMailFacts,
  'id' | 'payload' | 'email' | 'bookId' | 'bookTitle' | 'bookAuthor' | 'locale'
>

/**
 * Asks a guest to confirm a pre-booking. An account that opted out gets none, unless its address is not proven: then a stranger
 * may have opted it out.
 */
export const confirmMail = mailKind({
  find: findWishMailFacts,
  skip(facts, { now }) {
    if (facts.queuedAt + WISH_MS.unsent <= now) return 'expired'
    return facts.mailOptOut === 1 && facts.verifiedAt !== null ? 'opted-out' : null
  },
  write: writeConfirmMessage,
})

/** Writes the message with the link that confirms a pre-booking, in the language that it was asked for in. */
export function writeConfirmMessage(facts: ConfirmMessageFacts, links: MailLinks): Message {
  const locale = Locale.catch('en').parse(facts.locale)
  const words = confirmWords[locale]
  const title = oneLine(facts.bookTitle)
  const wish = { ...readPayload(facts), bookId: facts.bookId, email: facts.email ?? '', locale }
  return frame({
    locale,
    subject: words.subject(title),
    heading: words.heading,
    title,
    byline: words.by(facts.bookAuthor),
    paragraphs: words.paragraphs,
    action: { label: words.action, url: links.confirmPage(wish) },
    why: words.why,
  })
}

function readPayload({ id, payload }: ConfirmMessageFacts): WishPayload {
  const value: unknown = JSON.parse(payload ?? 'null')
  const wish: Partial<WishPayload> = typeof value === 'object' && value !== null ? value : {}
  if (typeof wish.id !== 'string' || typeof wish.expiresAt !== 'number')
    throw new Error(`Delivery ${id} has no wish.`)
  return { id: wish.id, expiresAt: wish.expiresAt }
}
