import { PrebookError, type User, type UserIdInput } from '@prebook/core'
import { findUser, updateUser, type Tx } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { presentUser } from './present-user.ts'

/**
 * Shuts an account out, from its very next request on. Its prebooks keep their places.
 *
 * @throws PrebookError `USER_NOT_FOUND`, `USER_IS_ADMIN`
 */
export async function deactivateUser(context: SignedInContext, { userId }: UserIdInput): Promise<User> {
  return setActive(context, userId, 0)
}

/**
 * Lets an account in again; its sessions go on.
 *
 * @throws PrebookError `USER_NOT_FOUND`
 */
export async function reactivateUser(context: SignedInContext, { userId }: UserIdInput): Promise<User> {
  return setActive(context, userId, 1)
}

async function setActive({ services }: SignedInContext, userId: number, isActive: 0 | 1): Promise<User> {
  const change = async (tx: Tx) => {
    const user = await findUser(tx, userId)
    if (user === undefined) throw new PrebookError('USER_NOT_FOUND', { field: 'userId' })
    if (user.role === 'admin' && isActive === 0) throw new PrebookError('USER_IS_ADMIN', { field: 'userId' })
    return presentUser(await updateUser(tx, userId, { is_active: isActive }))
  }
  return services.store.write(change, () => ({ kind: 'user', userId }))
}
