import { fold, PrebookError, type User } from '@prebook/core'
import { findUserByEmail, updateUser, type Tx } from '@prebook/db'
import type { Services } from '../services.ts'
import { presentUser } from '../users/present-user.ts'

/**
 * Makes an existing account an admin. It keeps its password, and its address counts as verified. No API exposes this; only
 * the operator of the machine can run it.
 *
 * @throws PrebookError `USER_NOT_FOUND`
 */
export async function promoteAdmin({ store, now }: Services, { email }: { email: string }): Promise<User> {
  const promote = async (tx: Tx) => {
    const user = await findUserByEmail(tx, fold(email.trim()))
    if (user === undefined) {
      throw new PrebookError('USER_NOT_FOUND', {
        message: 'No account has this e-mail address: leave out --promote to create one.',
        field: 'email',
      })
    }
    const fields = { role: 'admin', verified_at: user.verified_at ?? now() } as const
    return presentUser(await updateUser(tx, user.id, fields))
  }
  return store.writeOnAdmins(promote, ({ id }) => ({ kind: 'user', userId: id }))
}
