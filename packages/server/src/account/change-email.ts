import { assertNewAddress, wrongPassword, type EmailChangeInput } from '@prebook/core'
import { replacePasswordHash } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { confirmPassword } from './confirm-password.ts'
import { mailAccountLink, requireMail } from './mail-account-link.ts'

/**
 * Mails a link to a new address for the signed-in account. Nothing changes before it is confirmed. Whether another account
 * has the address makes no difference here.
 *
 * @throws PrebookError `MAIL_NOT_CONFIGURED`, `VALIDATION_ERROR`, `RATE_LIMITED`, `AUTH_INVALID_CREDENTIALS` with the field `password`
 */
export async function changeEmail(
  context: SignedInContext,
  { email, password }: EmailChangeInput,
): Promise<{ ok: true }> {
  const startedAt = performance.now()
  const { request, user, services } = context
  const { store, mailThrottle, now } = services
  requireMail(services)
  assertNewAddress(email, user.email)
  const { hash } = await confirmPassword(context, { text: password, field: 'password' }, startedAt)
  const count = await mailThrottle.prepare({ address: request.address, email })
  await store.write(
    async (tx) => {
      await count(tx)
      // The password may have changed meanwhile, which closes all links.
      if (!(await replacePasswordHash(tx, { userId: user.id, from: hash, to: hash })))
        throw wrongPassword('password')
      await mailAccountLink(tx, { kind: 'change-email', user, email, now: now() })
    },
    () => ({ kind: 'mail-queued' }),
  )
  return { ok: true }
}
