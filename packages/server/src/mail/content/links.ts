import { createHmac, timingSafeEqual } from 'node:crypto'
import { MANAGE_LINK_MS, Locale, type AccountLinkPurpose } from '@prebook/core'
import { z } from 'zod'

/** What a link in mail about a book does: cancel one prebook, or opt one account out of all mail. */
export type LinkPurpose = 'cancel' | 'unsubscribe'

/** The account of a link, and which of the account's links for the purpose it is. */
export type AccountLink = { userId: number; generation: number }

/** What a guest asked for. Until it is confirmed, it is stored in its link only. */
export type Wish = {
  /** Random, so that each request is another wish. */
  id: string
  bookId: number
  email: string
  locale: Locale
  /** In milliseconds UTC, in whole seconds. */
  expiresAt: number
}

/** Creates and verifies the links in mails. */
export type MailLinks = {
  bookPage: (bookId: number) => string
  /** The reader's own pre-bookings. */
  prebookingsPage: () => string
  cancelPage: (prebookId: number, notifiedAt: number) => string
  unsubscribePage: (userId: number, notifiedAt: number) => string
  /** A page that does something for an account, until a time in milliseconds UTC. */
  accountPage: (purpose: AccountLinkPurpose, userId: number, generation: number, expiresAt: number) => string
  /** The id of the prebook or account; null when the token is invalid for this purpose or has expired. */
  read: (purpose: LinkPurpose, token: string, now: number) => number | null
  /** The account of a token; null when it is invalid for this purpose or has expired. Check that its link is current. */
  readAccount: (purpose: AccountLinkPurpose, token: string, now: number) => AccountLink | null
  /** The page where a guest confirms a wish. */
  confirmPage: (wish: Wish) => string
  /** The wish of a token; null when it is invalid or has expired. */
  readWish: (token: string, now: number) => Wish | null
  /** The page of a guest, for a year from `since`, in milliseconds UTC. */
  managePage: (userId: number, generation: number, since: number) => string
  /** The account of a token; null when it is invalid or has expired. Check that its links were not revoked. */
  readManage: (token: string, now: number) => AccountLink | null
}

/** A wish as its token has it. */
const wishInToken = z.tuple([z.string(), z.int(), z.string(), Locale, z.int()])

/** How long a link is valid after its broadcast: one year, in milliseconds. */
const LINK_TTL_MS = 365 * 86_400_000

/**
 * Creates links signed with the service's secret. They work without signing in. A token contains numbers and an expiry
 * only; the signature also covers the purpose, so a token for one purpose is invalid for any other.
 */
export function createMailLinks(options: { publicUrl: string; secret: string }): MailLinks {
  const base = options.publicUrl.replace(/\/+$/, '')
  const sign = (signed: string) => createHmac('sha256', options.secret).update(signed).digest()
  const signBroadcast = (purpose: LinkPurpose, numbers: string) =>
    sign(`prebook mail link: ${purpose} ${numbers.replaceAll('.', ' ')}`)
  const signAccount = (purpose: AccountLinkPurpose, numbers: string) =>
    sign(`prebook account link: ${purpose} ${numbers.replaceAll('.', ' ')}`)

  const signWish = (encoded: string) => sign(`prebook wish: ${encoded}`)
  const signManage = (numbers: string) => sign(`prebook guest link: ${numbers.replaceAll('.', ' ')}`)

  const page = (purpose: string, numbers: string, signature: Buffer) =>
    `${base}/mail/${purpose}?token=${numbers}.${signature.toString('base64url')}`
  const broadcastPage = (purpose: LinkPurpose, id: number, notifiedAt: number) => {
    const numbers = `${id}.${seconds(notifiedAt + LINK_TTL_MS)}`
    return page(purpose, numbers, signBroadcast(purpose, numbers))
  }

  return {
    bookPage: (bookId) => `${base}/books/${bookId}`,
    prebookingsPage: () => `${base}/prebookings`,
    cancelPage: (prebookId, notifiedAt) => broadcastPage('cancel', prebookId, notifiedAt),
    unsubscribePage: (userId, notifiedAt) => broadcastPage('unsubscribe', userId, notifiedAt),
    accountPage(purpose, userId, generation, expiresAt) {
      const numbers = `${userId}.${generation}.${seconds(expiresAt)}`
      return page(purpose, numbers, signAccount(purpose, numbers))
    },
    read(purpose, token, now) {
      const [id, expiry] = readToken(token, 2, (numbers) => signBroadcast(purpose, numbers)) ?? []
      return id !== undefined && expiry !== undefined && expiry * 1_000 > now ? id : null
    },
    readAccount(purpose, token, now) {
      const read = readToken(token, 3, (numbers) => signAccount(purpose, numbers))
      const [userId, generation, expiry] = read ?? []
      if (userId === undefined || generation === undefined || expiry === undefined) return null
      return expiry * 1_000 > now ? { userId, generation } : null
    },
    confirmPage({ id, bookId, email, locale, expiresAt }) {
      const text = JSON.stringify([id, bookId, email, locale, seconds(expiresAt)])
      const encoded = Buffer.from(text).toString('base64url')
      return page('confirm', encoded, signWish(encoded))
    },
    readWish(token, now) {
      const encoded = signedPart(token, /^[\w-]+$/, signWish)
      if (encoded === null) return null
      const text = Buffer.from(encoded, 'base64url').toString()
      const [id, bookId, email, locale, expiry] = wishInToken.parse(JSON.parse(text))
      return expiry * 1_000 > now ? { id, bookId, email, locale, expiresAt: expiry * 1_000 } : null
    },
    managePage(userId, generation, since) {
      // Tokens begin with a positive number, and a generation may be 0.
      const numbers = `${userId}.${generation + 1}.${seconds(since + MANAGE_LINK_MS)}`
      return page('manage', numbers, signManage(numbers))
    },
    readManage(token, now) {
      const [userId, generation, expiry] = readToken(token, 3, signManage) ?? []
      if (userId === undefined || generation === undefined || expiry === undefined) return null
      return expiry * 1_000 > now ? { userId, generation: generation - 1 } : null
    },
  }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000)
}

/** The numbers of a token, if its signature is valid. */
function readToken(token: string, count: number, sign: (numbers: string) => Buffer): number[] | null {
  const read = signedPart(token, /^[1-9]\d{0,15}(?:\.[1-9]\d{0,15})*$/, sign)
    ?.split('.')
    .map(Number)
  return read?.length === count ? read : null
}

/** What a token says, if it has the form and its signature is valid. */
function signedPart(token: string, form: RegExp, sign: (signed: string) => Buffer): string | null {
  const [, signed, encoded] = /^([\w.-]+)\.([\w-]{43})$/.exec(token) ?? []
  if (signed === undefined || encoded === undefined || !form.test(signed)) return null
  const signature = Buffer.from(encoded, 'base64url')
  // Compared as text too: base64url has unused bits, so several texts decode to the same signature.
  if (signature.toString('base64url') !== encoded) return null
  return timingSafeEqual(signature, sign(signed)) ? signed : null
}
