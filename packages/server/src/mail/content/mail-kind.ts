import { mailSkipReason, type SkipReason } from '@prebook/core'
import type { DeliveryFacts, Reader } from '@prebook/db'
import type { Message } from './frame.ts'
import type { MailLinks } from './links.ts'

/** A delivery as it is now: whether it may be sent, and its message. */
export type CheckedMail = {
  facts: DeliveryFacts
  /** Why it must not be sent; null when it may. */
  skip: SkipReason | null
  /** Until when it waits, in milliseconds UTC, because only then it is known whether it may be sent; null if it is known. */
  waitUntil: number | null
  /** Writes the message, with fresh links. */
  write: (links: MailLinks, shop: MailShop) => Message
}

/** What mails say about the shop. */
export type MailShop = {
  /** The ISO 4217 code of its prices. */
  currency: string
}

/** When a delivery is read: in milliseconds UTC, and the day in the time zone of the shop, such as `2026-11-30`. */
export type MailTime = { now: number; today: string }

/** One kind of mail. */
export type MailKind = {
  /** Reads deliveries of this kind in one statement, in the order of their ids. Those that no longer exist are absent. */
  read: (reader: Reader, ids: number[], time: MailTime) => Promise<CheckedMail[]>
}

/**
 * Defines a kind of mail. To add one, define it in a file of its own and list it in `mail-kinds.ts`.
 *
 * @param kind `find` reads the facts, `skip` says why a mail of this kind must not be sent, `waitUntil` until when that is not known,
 *   `write` writes it
 */
export function mailKind<Facts extends DeliveryFacts>(kind: {
  find: (reader: Reader, ids: number[]) => Promise<Facts[]>
  skip: (facts: Facts, time: MailTime) => SkipReason | null
  waitUntil?: (facts: Facts, time: MailTime) => number | null
  write: (facts: Facts, links: MailLinks, shop: MailShop) => Message
}): MailKind {
  return {
    read: async (reader, ids, time) =>
      (await kind.find(reader, ids)).map((facts) => ({
        facts,
        // Without an address the account is erased, and nothing is left that the other reasons could be read from.
        skip: facts.email === null ? 'erased' : (kind.skip(facts, time) ?? skipAny(facts)),
        waitUntil: kind.waitUntil?.(facts, time) ?? null,
        write: (links, shop) => kind.write(facts, links, shop),
      })),
  }
}

function skipAny(facts: DeliveryFacts): SkipReason | null {
  return mailSkipReason({
    kind: facts.kind,
    lane: facts.lane,
    isActive: facts.userIsActive !== 0,
    optedOut: facts.mailOptOut === 1,
    addressRefused: facts.addressRefused === 1,
    isVerified: facts.verifiedAt !== null,
  })
}
