import { assertAdminLeft, invalid, wrongPassword, type AccountEraseInput } from '@prebook/core'
import { done, type Done } from './accounts.ts'
import type { SignedInCall } from './callers.ts'
import { skipUnsent } from './mail.ts'
import { cancelAllWaiting } from './prebooks.ts'
import type { Holder } from './rows.ts'
import { endSessions, hasOtherActiveAdmin, recordAudit, type Shop } from './shop.ts'

export function eraseAccount(
  { shop, user, setSessionCookie }: SignedInCall,
  { password }: AccountEraseInput,
): Done {
  if (user.password !== null) {
    if (password === undefined) throw invalid('password', 'Enter your password.')
    if (user.password !== password) throw wrongPassword('password')
  }
  const standing = { role: user.role, isActive: user.isActive }
  assertAdminLeft(standing, null, hasOtherActiveAdmin(shop, user.id))
  erase(shop, user)
  setSessionCookie(null)
  return done
}

/** Removes what identifies the person of an account. */
export function erase(shop: Shop, user: Holder): void {
  const { rows } = shop
  const own = rows.deliveries.filter((delivery) => delivery.userId === user.id)
  const addresses = new Set([user.email, ...own.map(({ recipient }) => recipient)])
  if (user.role !== 'reader')
    recordAudit(
      shop,
      { userId: user.id },
      { action: 'account.erase', subject: `user:${user.id}`, details: {} },
    )
  cancelAllWaiting(shop, user.id)
  skipUnsent(shop, { userId: user.id, reason: 'erased' })
  for (const delivery of own) Object.assign(delivery, { recipient: null, link: null, lastError: null })
  rows.links = rows.links.filter(({ userId }) => userId !== user.id)
  rows.refusals = rows.refusals.filter(({ email }) => !addresses.has(email))
  rows.stockRequests = rows.stockRequests.filter(({ actor }) => actor !== `user:${user.id}`)
  rows.consents = rows.consents.filter(({ prebookId }) => rows.prebooks[prebookId - 1]?.userId !== user.id)
  endSessions(shop, user.id)
  Object.assign(user, {
    email: null,
    password: null,
    role: 'reader',
    isActive: false,
    mailOptOut: false,
    verifiedAt: null,
  })
}
