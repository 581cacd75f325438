import { connect, type GlobalOptions } from '../session/connect.ts'
import { print, printJson } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'
import { findUserId, type User } from '../program/user-reference.ts'

/** `prebook users set-role`: changes the role of an account from its next request on. */
export async function setRole(reference: string, role: User['role'], options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const userId = await findUserId(connection, reference)
  const user = await connection.call((client, request) =>
    client.users.setRole.mutate({ userId, role }, request),
  )
  if (options.json === true) return printJson(user)
  print(plain`The role of ${user.email} (#${user.id}) is ${user.role}.`)
}
