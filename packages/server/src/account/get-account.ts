import type { Account } from '@prebook/core'
import type { SignedInContext } from '../context.ts'
import { presentAccount } from '../users/present-user.ts'

/** Returns the signed-in account. */
export async function getAccount({ user, services }: SignedInContext): Promise<Account> {
  return presentAccount(user, services)
}
