import type { PasswordResetRequestInput } from '@prebook/core'
import { findUserByEmail } from '@prebook/db'
import { mailAccountLink, requireMail } from '../account/mail-account-link.ts'
import type { RequestContext } from '../context.ts'

/**
 * Mails a link to choose a new password. An address without an account gets the same answer. In both cases
 * there is one transaction, which counts the request.
 *
 * @throws PrebookError `MAIL_NOT_CONFIGURED`, `RATE_LIMITED`
 */
export async function requestPasswordReset(
  { request, services }: RequestContext,
  { email }: PasswordResetRequestInput,
): Promise<{ ok: true }> {
  requireMail(services)
  const { store, mailThrottle, now } = services
  const count = await mailThrottle.prepare({ address: request.address, email })
  await store.write(
    async (tx) => {
      await count(tx)
      const user = await findUserByEmail(tx, email)
      if (user?.is_active === 1) await mailAccountLink(tx, { kind: 'reset', user, now: now() })
    },
    () => ({ kind: 'mail-queued' }),
  )
  return { ok: true }
}
