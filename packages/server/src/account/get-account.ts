import type { User } from '@prebook/core'
import type { SignedInContext } from '../context.ts'
import { presentUser } from '../users/present-user.ts'

/** Returns the signed-in account. */
export async function getAccount({ user }: SignedInContext): Promise<User> {
  return presentUser(user)
}
