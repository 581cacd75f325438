import { mailSkipReason } from '@prebook/core'
import { isSuppressed } from './mail.ts'
import type { WishRow } from './rows.ts'
import { findUserByEmail, isoTime, type Shop } from './shop.ts'

/** Mails the link that confirms a wish. Whatever becomes of the mail, no row of it is left. */
export function mailWish(shop: Shop, wish: WishRow): void {
  const { email, bookId } = wish
  const deliveryId = shop.nextDelivery++
  const user = findUserByEmail(shop, email)
  const skipReason = mailSkipReason({
    kind: 'confirm',
    lane: 'now',
    isActive: user?.isActive ?? true,
    optedOut: false,
    addressRefused: isSuppressed(shop, email),
    isVerified: true,
  })
  // A stranger may have opted out an address that is not proven.
  const optedOut = user?.mailOptOut === true && user.verifiedAt !== null
  if (optedOut || skipReason !== null) return
  const now = shop.now()
  if (!shop.refusing.has(email)) {
    const about = { kind: 'confirm', prebookId: null, bookId } as const
    shop.mails.push({ deliveryId, ...about, to: email, token: wishToken(wish), sentAt: isoTime(now) })
  } else if (user !== undefined) shop.rows.refusals.push({ email, deliveryId, refusedAt: now })
}

/** The token of the link that confirms a wish, such as `confirm-1`. */
export function wishToken({ id }: WishRow): string {
  return `confirm-${id}`
}
