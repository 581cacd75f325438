import { connect, type GlobalOptions } from '../session/connect.ts'
import { canPrompt, print, printJson } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'
import { findUserId, type User } from '../program/user-reference.ts'
import { offerToRevoke } from './tokens-revoke.ts'

/**
 * `prebook users set-role`: changes the role of an account from its next request on. For one that is no admin any more, it
 * offers to revoke the tokens that it made.
 */
export async function setRole(reference: string, role: User['role'], options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const userId = await findUserId(connection, reference)
  const user = await connection.call((client, request) =>
    client.users.setRole.mutate({ userId, role }, request),
  )
  if (options.json === true) return printJson(user)
  print(plain`The role of ${user.email} (#${user.id}) is ${user.role}.`)
  if (role !== 'admin') await offerToRevoke(connection, user, canPrompt(options))
}
