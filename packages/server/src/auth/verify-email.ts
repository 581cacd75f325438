import { hasReason, PrebookError, type EmailVerifyInput } from '@prebook/core'
import {
  closeAccountLinks,
  findUserByEmail,
  queueMail,
  UniqueViolation,
  updateUser,
  type Tx,
  type UserRow,
} from '@prebook/db'
import { beginErasure, finishErasure } from '../account/erasure.ts'
import { consumeLink, readAccountLink } from '../account/use-account-link.ts'
import type { Services } from '../services.ts'

/**
 * Proves an address by a link from a mail: that of the account, which keeps everything, or a new one, which replaces it. The
 * old address is then told, and an account that had the new address without proving it is erased.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`, `AUTH_EMAIL_TAKEN` when another account has proven the new address, or is the last
 *   active admin
 */
export async function verifyEmail(
  { services }: { services: Services },
  { token }: EmailVerifyInput,
): Promise<{ ok: true }> {
  const { store, now } = services
  const link = readAccountLink(services, 'verify', token)
  try {
    const erasedId = await store.writeOnAdmins(
      async (tx) => {
        const { row, user } = await consumeLink(tx, 'verify', link)
        if (row.email === null) {
          await updateUser(tx, user.id, { verified_at: user.verified_at ?? now() })
          return null
        }
        const erased = await freeAddress(services, tx, row.email)
        await replaceAddress(tx, user, row.email, now())
        return erased
      },
      (erased) => [
        { kind: 'user', userId: link.userId },
        { kind: 'mail-queued' },
        ...(erased === null ? [] : [{ kind: 'user', userId: erased } as const]),
      ],
    )
    if (erasedId !== null) await finishErasure(services, erasedId)
  } catch (error) {
    if (error instanceof UniqueViolation || hasReason(error, 'USER_LAST_ADMIN'))
      throw new PrebookError('AUTH_EMAIL_TAKEN')
    throw error
  }
  return { ok: true }
}

/** Begins to erase the account that has an address without having proven it; returns its id, or null without one. */
async function freeAddress(services: Services, tx: Tx, email: string): Promise<number | null> {
  const holder = await findUserByEmail(tx, email)
  if (holder === undefined) return null
  const { verified_at } = await beginErasure(services, tx, holder.id)
  if (verified_at !== null) throw new PrebookError('AUTH_EMAIL_TAKEN')
  return holder.id
}

async function replaceAddress(tx: Tx, user: UserRow, email: string, now: number): Promise<void> {
  await updateUser(tx, user.id, { email, verified_at: now })
  await closeAccountLinks(tx, user.id, ['verify', 'reset', 'invite'])
  await queueMail(tx, {
    kind: 'email-changed',
    lane: 'now',
    userId: user.id,
    recipient: user.email,
    dedupeKey: `email-changed:${user.id}:${now}`,
    locale: user.locale,
    now,
  })
}
