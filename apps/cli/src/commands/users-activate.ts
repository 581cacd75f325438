import { connect, type GlobalOptions } from '../session/connect.ts'
import { canPrompt, print, printJson } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'
import { findUserId } from '../program/user-reference.ts'
import { offerToRevoke } from './tokens-revoke.ts'

/** `prebook users deactivate`: blocks an account from its next request on, and offers to revoke the tokens that it made. */
export async function deactivateUser(reference: string, options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const userId = await findUserId(connection, reference)
  const user = await connection.call((client, request) => client.users.deactivate.mutate({ userId }, request))
  if (options.json === true) return printJson(user)
  print(plain`${user.email} (#${user.id}) is deactivated. It has lost access and gets no e-mails.`)
  await offerToRevoke(connection, user, canPrompt(options))
}

/** `prebook users reactivate`: restores access for an account. */
export async function reactivateUser(reference: string, options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const userId = await findUserId(connection, reference)
  const user = await connection.call((client, request) => client.users.reactivate.mutate({ userId }, request))
  if (options.json === true) return printJson(user)
  print(plain`${user.email} (#${user.id}) is active again.`)
}
