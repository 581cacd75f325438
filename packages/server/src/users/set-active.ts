import { PrebookError, type User, type UserIdInput } from '@prebook/core'
import { findUser, recordAudit, setUserActive, type Tx } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { presentUser } from './present-user.ts'

/**
 * Deactivates an account, effective from its next request. Its prebooks keep their places in the queue.
 *
 * @throws PrebookError `USER_NOT_FOUND`, `USER_IS_ADMIN`
 */
export async function deactivateUser(context: SignedInContext, { userId }: UserIdInput): Promise<User> {
  return setActive(context, userId, 0)
}

/**
 * Reactivates an account. Its sessions are valid again.
 *
 * @throws PrebookError `USER_NOT_FOUND`
 */
export async function reactivateUser(context: SignedInContext, { userId }: UserIdInput): Promise<User> {
  return setActive(context, userId, 1)
}

async function setActive(
  { services, user: actor }: SignedInContext,
  userId: number,
  isActive: 0 | 1,
): Promise<User> {
  const change = async (tx: Tx) => {
    const user = await findUser(tx, userId)
    if (user === undefined) throw new PrebookError('USER_NOT_FOUND', { field: 'userId' })
    if (user.role === 'admin' && isActive === 0) throw new PrebookError('USER_IS_ADMIN', { field: 'userId' })
    if ((await setUserActive(tx, userId, isActive)) !== undefined) {
      await recordAudit(tx, {
        at: services.now(),
        actorId: actor.id,
        action: isActive === 0 ? 'users.deactivate' : 'users.reactivate',
        subject: `user:${userId}`,
        details: {},
      })
    }
    return presentUser({ ...user, is_active: isActive })
  }
  return services.store.write(change, () => ({ kind: 'user', userId }))
}
