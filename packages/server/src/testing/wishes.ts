import { randomBytes } from 'node:crypto'
import { WISH_MS } from '@prebook/core'
import type { MailLinks, Wish } from '../mail/content/links.ts'
import { links } from './mail-shop.ts'

let wishes = 0

/** A wish of a new address, which is not confirmed. */
export function newWish(bookId: number, fields: Partial<Wish> = {}): Wish {
  wishes += 1
  return {
    id: randomBytes(16).toString('base64url'),
    bookId,
    email: `guest${wishes}@example.org`,
    locale: 'en',
    expiresAt: Math.ceil((Date.now() + WISH_MS.confirm) / 1_000) * 1_000,
    ...fields,
  }
}

/** The token of the link that confirms a wish, by default of a server with mail. */
export function wishToken(wish: Wish, { confirmPage }: Pick<MailLinks, 'confirmPage'> = links): string {
  return new URL(confirmPage(wish)).searchParams.get('token') ?? ''
}
