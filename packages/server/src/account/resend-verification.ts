import { findUser } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { mailAccountLink, requireMail } from './mail-account-link.ts'

/**
 * Mails a new link to prove the address of the signed-in account. Does nothing when it is proven.
 *
 * @throws PrebookError `MAIL_NOT_CONFIGURED`, `RATE_LIMITED`
 */
export async function resendVerification(context: SignedInContext): Promise<{ ok: true }> {
  const { request, user, services } = context
  requireMail(services)
  if (user.verified_at !== null) return { ok: true }
  const { store, mailThrottle, now } = services
  const count = await mailThrottle.prepare({ address: request.address, email: user.email })
  return store.write(
    async (tx) => {
      await count(tx)
      const current = await findUser(tx, user.id)
      // Otherwise a new link would replace that of a change of address.
      if (current?.verified_at === null)
        await mailAccountLink(tx, { kind: 'verify', user: current, now: now() })
      return context.keep(tx, { ok: true })
    },
    () => ({ kind: 'mail-queued' }),
  )
}
