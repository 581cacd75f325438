import type { AccountUpdateInput, User } from '@prebook/core'
import { updateUser } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { presentUser } from '../users/present-user.ts'

/** Updates the preferences of the signed-in account. */
export async function updateAccount(context: SignedInContext, input: AccountUpdateInput): Promise<User> {
  const fields = { mail_opt_out: input.mailOptOut ? 1 : 0 } as const
  return presentUser(await context.services.store.write((tx) => updateUser(tx, context.user.id, fields)))
}
