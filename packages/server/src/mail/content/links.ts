import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AccountLinkPurpose } from '@prebook/core'

/** What a link in mail about a book does: cancel one prebook, or opt one account out of all mail. */
export type LinkPurpose = 'cancel' | 'unsubscribe'

/** The account of a link, and which of the account's links for the purpose it is. */
export type AccountLink = { userId: number; generation: number }

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
}

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
  }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000)
}

/** The numbers of a token, if its signature is valid. */
function readToken(token: string, count: number, sign: (numbers: string) => Buffer): number[] | null {
  const [, numbers, encoded] = /^([1-9]\d{0,15}(?:\.[1-9]\d{0,15})*)\.([\w-]{43})$/.exec(token) ?? []
  if (numbers === undefined || encoded === undefined) return null
  const signature = Buffer.from(encoded, 'base64url')
  // Compared as text too: base64url has unused bits, so several texts decode to the same signature.
  if (signature.toString('base64url') !== encoded) return null
  if (!timingSafeEqual(signature, sign(numbers))) return null
  const read = numbers.split('.').map(Number)
  return read.length === count ? read : null
}
