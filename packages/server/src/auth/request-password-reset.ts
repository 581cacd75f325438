import { setTimeout as pause } from 'node:timers/promises'
import type { PasswordResetRequestInput } from '@prebook/core'
import { findUserByEmail } from '@prebook/db'
import { mailAccountLink, requireMail } from '../account/mail-account-link.ts'
import type { RequestContext } from '../context.ts'
import { ANSWER_MS } from './answer-ms.ts'

/**
 * Mails a link to choose a new password. An address without an account gets the same answer after the same time. In both
 * cases there is one transaction, which counts the request.
 *
 * @throws PrebookError `MAIL_NOT_CONFIGURED`, `RATE_LIMITED`
 */
export async function requestPasswordReset(
  { request, services }: RequestContext,
  { email }: PasswordResetRequestInput,
): Promise<{ ok: true }> {
  requireMail(services)
  const { store, mailThrottle, now } = services
  const earliest = pause(ANSWER_MS)
  const count = await mailThrottle.prepare({ address: request.address, email })
  await store.write(
    async (tx) => {
      await count(tx)
      const user = await findUserByEmail(tx, email)
      if (user?.is_active === 1) await mailAccountLink(tx, { kind: 'reset', user, now: now() })
    },
    () => ({ kind: 'mail-queued' }),
  )
  await earliest
  return { ok: true }
}
