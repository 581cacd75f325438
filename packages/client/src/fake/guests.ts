import {
  assertCanBePrebooked,
  consent,
  PrebookError,
  WISH_MS,
  type ConfirmedPrebook,
  type PrebookChallenge,
  type PrebookConfirmInput,
  type PrebookRequestInput,
} from '@prebook/core'
import { done, type Done } from './accounts.ts'
import { addUser, type Call } from './callers.ts'
import { requireMail } from './mail.ts'
import { addPrebook, withQueuePosition } from './prebooks.ts'
import type { Holder, WishRow } from './rows.ts'
import {
  add,
  findBook,
  findBookByIsbn,
  findUser,
  findUserByEmail,
  isGuestAccount,
  type Shop,
} from './shop.ts'
import { takeOver } from './take-over.ts'
import { mailWish, wishToken } from './wish-mail.ts'

export function prebookChallenge(): PrebookChallenge {
  return { challenge: null }
}

export function requestPrebook({ shop }: Call, input: PrebookRequestInput): Done {
  requireMail(shop)
  const { bookId, isbn = '', email, locale, website = '' } = input
  const field = bookId === undefined ? 'isbn' : 'bookId'
  const book = bookId === undefined ? findBookByIsbn(shop, isbn) : findBook(shop, bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field })
  assertCanBePrebooked(book, field)
  // A program that fills in the hidden field does not learn that no mail is sent.
  if (website !== '') return done
  const expiresAt = shop.now() + WISH_MS.confirm
  mailWish(shop, add(shop.rows.wishes, { bookId: book.id, email, locale, expiresAt, prebookId: null }))
  return done
}

export function confirmPrebook({ shop }: Call, { token }: PrebookConfirmInput): ConfirmedPrebook {
  const wish = shop.rows.wishes.find((each) => wishToken(each) === token)
  if (wish === undefined || wish.expiresAt <= shop.now()) throw new PrebookError('AUTH_LINK_INVALID')
  wish.prebookId ??= fulfil(shop, wish)
  const prebook = shop.rows.prebooks[wish.prebookId - 1]
  const user = prebook === undefined ? undefined : findUser(shop, prebook.userId)
  if (prebook === undefined || user === undefined) throw new PrebookError('AUTH_LINK_INVALID')
  if (!user.isActive) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  return { ...withQueuePosition(shop, prebook), manageUrl: manageUrl(shop, user) }
}

/** Pre-books what a guest wished for. Returns the id of the prebook, which may be that of an earlier one that waits. */
function fulfil(shop: Shop, { bookId, email, locale }: WishRow): number {
  const book = findBook(shop, bookId)
  if (book === undefined) throw new PrebookError('AUTH_LINK_INVALID')
  assertCanBePrebooked(book)
  const known = findUserByEmail(shop, email)
  if (known?.isActive === false) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  if (known?.verifiedAt === null) takeOver(shop, known, { password: null, locale, role: 'reader' })
  const user = known ?? addUser(shop, { email, password: null, verifiedAt: shop.now(), locale })
  const prebookId = addPrebook(shop, bookId, user.id).row.id
  const { consents } = shop.rows
  // A prebook keeps its first consent.
  if (!consents.some((each) => each.prebookId === prebookId))
    consents.push({ prebookId, version: consent.version, locale, givenAt: shop.now() })
  return prebookId
}

/** The page of a guest, or of everybody else who is signed in. It exists in a real service only. */
function manageUrl({ url }: Shop, user: Holder): string {
  return isGuestAccount(user) ? `${url}/mail/manage?token=manage-${user.id}` : `${url}/prebookings`
}
