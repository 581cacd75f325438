import { invalid, wrongPassword, type AccountEraseInput } from '@prebook/core'
import type { SignedInContext } from '../context.ts'
import { confirmPassword } from './confirm-password.ts'
import { beginErasure, finishErasure } from './erasure.ts'

/**
 * Erases the signed-in account: what identifies the person is removed, its sessions and their streams end, and its waiting
 * prebooks are cancelled. Checking the password counts as a sign-in.
 *
 * @throws PrebookError `VALIDATION_ERROR` or `AUTH_INVALID_CREDENTIALS` with the field `password`, `RATE_LIMITED`,
 *   `STORE_BUSY`, `USER_LAST_ADMIN`
 */
export async function eraseAccount(
  context: SignedInContext,
  { password }: AccountEraseInput,
): Promise<{ ok: true }> {
  const startedAt = performance.now()
  const { request, user, services } = context
  const field = 'password'
  if (user.password_hash !== null) {
    if (password === undefined) throw invalid(field, 'Enter your password.')
    await confirmPassword(context, { text: password, field }, startedAt)
  }
  await services.store.writeOnAdmins(
    async (tx) => {
      const before = await beginErasure(services, tx, user.id)
      // It may have changed since it was checked.
      if (before.password_hash !== user.password_hash) throw wrongPassword(field)
    },
    () => ({ kind: 'user', userId: user.id }),
  )
  await finishErasure(services, user.id)
  request.setSessionCookie(null)
  return { ok: true }
}
