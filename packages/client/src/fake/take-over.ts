import { bookMailKinds, higherRole, type Role } from '@prebook/core'
import { closeLinks, skipUnsent } from './mail.ts'
import { cancelAllWaiting } from './prebooks.ts'
import type { Holder } from './rows.ts'
import { endSessions, hasOtherActiveAdmin, type Shop } from './shop.ts'

/** Gives an account whose address was never proven to the holder of the mailbox. What was there before is gone. */
export function takeOver(
  shop: Shop,
  user: Holder,
  given: { password: string | null; locale: string; role: Role },
): void {
  const isLastAdmin = user.role === 'admin' && !hasOtherActiveAdmin(shop, user.id)
  Object.assign(user, {
    password: given.password,
    verifiedAt: shop.now(),
    mailOptOut: false,
    locale: given.locale,
    role: higherRole(isLastAdmin ? 'admin' : 'reader', given.role),
  })
  cancelAllWaiting(shop, user.id)
  skipUnsent(shop, { userId: user.id, kinds: bookMailKinds, reason: 'unverified' })
  closeLinks(shop, user.id, ['verify', 'reset'])
  endSessions(shop, user.id)
}
