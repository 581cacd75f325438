import { PrebookError, type User } from '@prebook/core'
import { closeAccountLinks, findUserByEmail, revokeManageLinks, updateUser, type Tx } from '@prebook/db'
import type { Services } from '../services.ts'
import { presentUser } from '../users/present-user.ts'
import { changedCredentials } from './new-credentials.ts'

/**
 * Sets the password of an account, ends its sessions, closes its mailed links and forgets its failed sign-ins. Its address
 * counts as verified; a deactivated account stays deactivated. No API exposes this; only the operator of the machine can
 * run it.
 *
 * @throws PrebookError `VALIDATION_ERROR`, `USER_NOT_FOUND`
 */
export async function resetPassword(
  { store, passwords, sessions, throttles, now }: Services,
  account: { email: string; password: string },
): Promise<User> {
  const { email, password } = changedCredentials(account)
  const passwordHash = await passwords.hash(password)
  const reset = async (tx: Tx) => {
    const user = await findUserByEmail(tx, email)
    if (user === undefined) {
      throw new PrebookError('USER_NOT_FOUND', {
        message: 'No account has this e-mail address: create an admin with pnpm admin:create.',
        field: 'email',
      })
    }
    const fields = { password_hash: passwordHash, verified_at: user.verified_at ?? now() }
    // The password first: a sign-in with the old one holds the row until its session can be seen and ended.
    const changed = await updateUser(tx, user.id, fields)
    await sessions.endAllIn(tx, user.id)
    await closeAccountLinks(tx, user.id, ['verify', 'reset'])
    await revokeManageLinks(tx, user.id)
    return presentUser(changed)
  }
  const user = await store.write(reset, ({ id }) => ({ kind: 'user', userId: id }))
  await throttles.lift(email)
  return user
}
