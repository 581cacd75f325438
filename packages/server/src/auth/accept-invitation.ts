import { higherRole, invalid, passwordProblem } from '@prebook/core'
import { revokeManageLinks, updateUser, type UserRow } from '@prebook/db'
import { consumeLink, findOpenLink, readAccountLink } from '../account/use-account-link.ts'
import type { Services } from '../services.ts'
import { byLink, takeOver } from './take-over.ts'

/**
 * Accepts an invitation by a link from a mail: the account gets its role, and its address counts as proven. If the address
 * was never proven before, the account is taken over and gets the password. Otherwise it keeps its own, if it has one: that of a
 * guest gets the password too, and keeps its prebooks.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`, `VALIDATION_ERROR` with the field `password`, `STORE_BUSY`
 */
export async function acceptInvitation(
  { services }: { services: Services },
  { token, password }: { token: string; password: string | null },
): Promise<{ ok: true }> {
  const startedAt = performance.now()
  const { store, passwords } = services
  const link = readAccountLink(services, 'invite', token)
  const { user } = await store.read((reader) => findOpenLink(reader, 'invite', link))
  let passwordHash: string | null = null
  if (needsPassword(user)) {
    if (password === null) throw invalid('password', 'Choose a password.')
    const problem = passwordProblem(password, user.email)
    if (problem !== null) throw invalid('password', problem)
    passwords.requireRoom()
    passwordHash = await passwords.hash(password, startedAt)
    if (await takeOver(services, byLink('invite', link, passwordHash))) return { ok: true }
  }
  await store.write(
    async (tx) => {
      const { row, user: now } = await consumeLink(tx, 'invite', link)
      const role = higherRole(now.role, row.role ?? now.role)
      const isFirst = now.password_hash === null
      await updateUser(tx, now.id, { role, ...(isFirst && { password_hash: passwordHash }) })
      if (isFirst) await revokeManageLinks(tx, now.id)
    },
    () => ({ kind: 'user', userId: link.userId }),
  )
  return { ok: true }
}

/** Whether an account needs a password to accept an invitation: it has none, or one that somebody else may have chosen. */
export function needsPassword(user: UserRow): boolean {
  return user.password_hash === null || user.verified_at === null
}
