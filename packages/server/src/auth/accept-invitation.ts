import { higherRole, invalid, passwordProblem } from '@prebook/core'
import { updateUser } from '@prebook/db'
import { consumeLink, findOpenLink, readAccountLink } from '../account/use-account-link.ts'
import type { Services } from '../services.ts'
import { byLink, takeOver } from './take-over.ts'

/**
 * Accepts an invitation by a link from a mail: the account gets its role, and its address counts as proven. If the address
 * was never proven before, the account is taken over and gets the password. Otherwise it keeps its own.
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
  if (user.verified_at === null) {
    if (password === null) throw invalid('password', 'Choose a password.')
    const problem = passwordProblem(password, user.email)
    if (problem !== null) throw invalid('password', problem)
    passwords.requireRoom()
    const passwordHash = await passwords.hash(password, startedAt)
    if (await takeOver(services, byLink('invite', link, passwordHash))) return { ok: true }
  }
  await store.write(
    async (tx) => {
      const { row, user: now } = await consumeLink(tx, 'invite', link)
      await updateUser(tx, now.id, { role: higherRole(now.role, row.role ?? now.role) })
    },
    () => ({ kind: 'user', userId: link.userId }),
  )
  return { ok: true }
}
