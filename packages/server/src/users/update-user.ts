import { assertAdminLeft, PrebookError, type ChangedUser, type UserUpdateInput } from '@prebook/core'
import {
  countActiveApiTokens,
  findUser,
  hasOtherActiveAdmin,
  recordAudit,
  updateUser as updateRow,
  type Tx,
} from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { presentUser } from './present-user.ts'

/**
 * Changes the role of an account, deactivates it or reactivates it, effective from its next request. Its sessions stay, and
 * its prebooks keep their places in the queue. The tokens that it made keep working, and the answer says how many do.
 *
 * @throws PrebookError `USER_NOT_FOUND`, `USER_LAST_ADMIN`
 */
export async function updateUser(context: SignedInContext, input: UserUpdateInput): Promise<ChangedUser> {
  const { services, user: actor } = context
  const { userId } = input
  const change = async (tx: Tx) => {
    const user = await findUser(tx, userId)
    if (user === undefined) throw new PrebookError('USER_NOT_FOUND', { field: 'userId' })
    const before = { role: user.role, isActive: user.is_active === 1 }
    const after = { role: input.role ?? before.role, isActive: input.isActive ?? before.isActive }
    assertAdminLeft(before, after, await hasOtherActiveAdmin(tx, userId))
    const now = services.now()
    const entry = { at: now, actor: { userId: actor.id }, subject: `user:${userId}` } as const
    if (after.role !== before.role) {
      const details = { oldRole: before.role, newRole: after.role }
      await recordAudit(tx, { ...entry, action: 'users.setRole', details })
    }
    if (after.isActive !== before.isActive) {
      const action = after.isActive ? 'users.reactivate' : 'users.deactivate'
      await recordAudit(tx, { ...entry, action, details: {} })
    }
    const fields = { role: after.role, is_active: after.isActive ? 1 : 0 } as const
    const updated = presentUser(await updateRow(tx, userId, fields))
    const activeTokens = await countActiveApiTokens(tx, { createdBy: userId, now })
    return context.keep(tx, { ...updated, activeTokens }, { userId })
  }
  return services.store.writeOnAdmins(change, () => ({ kind: 'user', userId }))
}
