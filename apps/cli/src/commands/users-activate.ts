import { connect, type GlobalOptions } from '../session/connect.ts'
import { print, printJson } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'
import { findUserId } from '../program/user-reference.ts'

/** `prebook users deactivate`: shuts an account out, from its very next request on. */
export async function deactivateUser(reference: string, options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const userId = await findUserId(connection, reference)
  const user = await connection.call((client, request) => client.users.deactivate.mutate({ userId }, request))
  if (options.json === true) return printJson(user)
  print(plain`${user.email} (#${user.id}) is deactivated: shut out, and sent no mail.`)
}

/** `prebook users reactivate`: lets an account in again. */
export async function reactivateUser(reference: string, options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const userId = await findUserId(connection, reference)
  const user = await connection.call((client, request) => client.users.reactivate.mutate({ userId }, request))
  if (options.json === true) return printJson(user)
  print(plain`${user.email} (#${user.id}) is active again.`)
}
