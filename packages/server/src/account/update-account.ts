import type { Account, AccountUpdateInput } from '@prebook/core'
import { updateUser } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { presentAccount } from '../users/present-user.ts'

/** Updates the preferences of the signed-in account. */
export async function updateAccount(context: SignedInContext, input: AccountUpdateInput): Promise<Account> {
  const fields = { mail_opt_out: input.mailOptOut ? 1 : 0 } as const
  const { user, services } = context
  return services.store.write(async (tx) =>
    context.keep(tx, presentAccount(await updateUser(tx, user.id, fields), services)),
  )
}
