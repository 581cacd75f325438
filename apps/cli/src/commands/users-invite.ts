import { connect, type GlobalOptions } from '../session/connect.ts'
import { localTime } from '../terminal/local-time.ts'
import { print, printJson } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'
import type { User } from '../program/user-reference.ts'

export type UsersInviteOptions = GlobalOptions & { role: User['role'] }

/** `prebook users invite`: e-mails someone a link to join the shop with a role. */
export async function inviteUser(email: string, options: UsersInviteOptions): Promise<void> {
  const { role } = options
  const { call } = await connect(options)
  const invitation = await call((client, request) => client.users.invite.mutate({ email, role }, request))
  if (options.json === true) return printJson(invitation)
  print(
    plain`${invitation.email} is invited as ${invitation.role}. The link in the e-mail works until ${localTime(invitation.expiresAt)}.`,
  )
}
