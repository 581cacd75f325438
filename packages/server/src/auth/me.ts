import { PrebookError, type User } from '@prebook/core'
import type { RequestContext } from '../context.ts'
import { presentUser } from '../users/present-user.ts'

/**
 * Returns the signed-in account, or null.
 *
 * @throws PrebookError `AUTH_ACCOUNT_DEACTIVATED`
 */
export async function me(context: RequestContext): Promise<User | null> {
  const session = await context.session()
  if (session === null) return null
  if (session.user.is_active === 0) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  return presentUser(session.user)
}
