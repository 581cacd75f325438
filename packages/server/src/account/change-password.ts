import { invalid, passwordProblem, wrongPassword, type PasswordChangeInput } from '@prebook/core'
import { closeAccountLinks, replacePasswordHash } from '@prebook/db'
import { sendDeviceToken } from '../auth/devices.ts'
import type { SignedInContext } from '../context.ts'
import { confirmPassword } from './confirm-password.ts'

/**
 * Changes the password of the signed-in account, ends its other sessions and their streams, and closes its links that were
 * mailed. Checking the current password counts as a sign-in, and this device stays known to the account.
 *
 * @throws PrebookError `VALIDATION_ERROR`, `RATE_LIMITED`, `STORE_BUSY`, `AUTH_INVALID_CREDENTIALS` with the field `currentPassword`
 */
export async function changePassword(
  context: SignedInContext,
  { currentPassword, newPassword }: PasswordChangeInput,
): Promise<{ ok: true }> {
  const startedAt = performance.now()
  const { request, user, token } = context
  const { store, passwords, sessions, devices } = context.services
  const problem = passwordProblem(newPassword, user.email)
  if (problem !== null) throw invalid('newPassword', problem)
  const field = 'currentPassword'
  const confirmed = await confirmPassword(context, { text: currentPassword, field }, startedAt)
  const newHash = await passwords.hash(newPassword, startedAt)

  // Most sessions end before the change, in batches, and the rest with it. So no crash leaves one of the old password.
  await sessions.endAll(user.id, token)
  const change = { userId: user.id, from: confirmed.hash, to: newHash }
  await store.write(
    async (tx) => {
      if (!(await replacePasswordHash(tx, change))) throw wrongPassword(field)
      await closeAccountLinks(tx, user.id, ['verify', 'reset'])
      await sessions.endAllIn(tx, user.id, token)
    },
    () => ({ kind: 'user', userId: user.id }),
  )
  const newDevice = await devices.issue({ ...user, password_hash: newHash })
  const cookie = context.credentials?.via === 'cookie'
  sendDeviceToken(request, { cookie, replaced: confirmed.device }, newDevice)
  return { ok: true }
}
