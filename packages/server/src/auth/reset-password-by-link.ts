import { invalid, passwordProblem, type PasswordResetInput } from '@prebook/core'
import { closeAccountLinks, revokeManageLinks, updateUser } from '@prebook/db'
import { consumeLink, findOpenLink, readAccountLink } from '../account/use-account-link.ts'
import type { Services } from '../services.ts'
import { byLink, takeOver } from './take-over.ts'

/**
 * Sets a new password by a link from a mail and ends every session of the account. If its address was never proven, the
 * account is taken over. No throttle is lifted.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`, `VALIDATION_ERROR` with the field `password`, `STORE_BUSY`
 */
export async function resetPasswordByLink(
  { services }: { services: Services },
  { token, password }: PasswordResetInput,
): Promise<{ ok: true }> {
  const startedAt = performance.now()
  const { store, passwords, sessions } = services
  const link = readAccountLink(services, 'reset', token)
  const { userId } = link
  passwords.requireRoom()
  const { user } = await store.read((reader) => findOpenLink(reader, 'reset', link))
  const problem = passwordProblem(password, user.email)
  if (problem !== null) throw invalid('password', problem)
  const passwordHash = await passwords.hash(password, startedAt)
  if (await takeOver(services, byLink('reset', link, passwordHash))) return { ok: true }

  // Most sessions end before the change, in batches, and the rest with it. So no crash leaves one of the old password.
  await sessions.endAll(userId)
  await store.write(
    async (tx) => {
      await consumeLink(tx, 'reset', link)
      await updateUser(tx, userId, { password_hash: passwordHash })
      await closeAccountLinks(tx, userId, ['verify', 'reset'])
      // A guest becomes a reader, who signs in.
      await revokeManageLinks(tx, userId)
      await sessions.endAllIn(tx, userId)
    },
    () => ({ kind: 'user', userId }),
  )
  return { ok: true }
}
