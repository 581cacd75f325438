import { cappedCount, COUNT_CAP, LINK_MS, PrebookError, type CappedCount, type Role } from '@prebook/core'
import { countLivePrebooks, openAccountLink } from '@prebook/db'
import { needsPassword } from '../auth/accept-invitation.ts'
import { findOpenLink, readAccountLink, type OpenLink } from '../account/use-account-link.ts'
import type { Services } from '../services.ts'

/** What a link that proves an address is about. */
export type VerifyLink = {
  /** When the account was opened, in milliseconds UTC, and how many pre-bookings it has. */
  openedAt: number
  prebooks: CappedCount
  /** The new address, for a change of address. */
  newEmail: string | null
  /** Whether the holder of the mailbox can still say that somebody else opened the account. */
  canTakeOver: boolean
}

/**
 * Reads a link that proves an address. None of the functions that read a link changes anything.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`
 */
export async function readVerifyLink(services: Services, token: string): Promise<VerifyLink> {
  const link = readAccountLink(services, 'verify', token)
  return services.store.read(async (reader) => {
    const open = await findOpenLink(reader, 'verify', link)
    const count = await countLivePrebooks(reader, { userId: link.userId, cap: COUNT_CAP + 1 })
    return {
      openedAt: open.user.created_at,
      prebooks: cappedCount(count),
      newEmail: open.row.email,
      canTakeOver: canTakeOver(open),
    }
  })
}

/**
 * Opens a link to choose a new password, for the holder of a mailbox who did not open the account. It takes the account
 * over when it is used. Nothing else changes.
 *
 * @returns the link
 * @throws PrebookError `AUTH_LINK_INVALID`, also when the address of the account is proven
 */
export async function disownAccount(services: Services, token: string): Promise<string> {
  const { store, mail, now } = services
  const link = readAccountLink(services, 'verify', token)
  const reset = await store.write(async (tx) => {
    const open = await findOpenLink(tx, 'verify', link)
    if (!canTakeOver(open)) throw new PrebookError('AUTH_LINK_INVALID')
    const expiresAt = now() + LINK_MS.reset
    const { userId } = link
    return { expiresAt, generation: await openAccountLink(tx, { userId, purpose: 'reset', expiresAt }) }
  })
  return mail.links.accountPage('reset', link.userId, reset.generation, reset.expiresAt)
}

/**
 * Reads a link that sets a password: whether it takes over an account whose address was never proven, and whether it is the first
 * password, as that of a guest.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`
 */
export async function readResetLink(
  services: Services,
  token: string,
): Promise<{ takesOver: boolean; isFirst: boolean }> {
  const link = readAccountLink(services, 'reset', token)
  const { user } = await services.store.read((reader) => findOpenLink(reader, 'reset', link))
  return { takesOver: user.verified_at === null, isFirst: user.password_hash === null }
}

/**
 * Reads an invitation: its role, and whether accepting it needs a new password.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`
 */
export async function readInvitation(
  services: Services,
  token: string,
): Promise<{ role: Role; needsPassword: boolean }> {
  const link = readAccountLink(services, 'invite', token)
  const { row, user } = await services.store.read((reader) => findOpenLink(reader, 'invite', link))
  return { role: row.role ?? 'reader', needsPassword: needsPassword(user) }
}

function canTakeOver({ row, user }: OpenLink): boolean {
  return row.email === null && user.verified_at === null
}
