import { PrebookError, type EmailVerifyInput } from '@prebook/core'
import {
  closeAccountLinks,
  findUserByEmail,
  queueMail,
  UniqueViolation,
  updateUser,
  type Tx,
  type UserRow,
} from '@prebook/db'
import { consumeLink, readAccountLink } from '../account/use-account-link.ts'
import type { Services } from '../services.ts'

/**
 * Proves an address by a link from a mail: that of the account, which keeps everything, or a new one, which replaces it. The
 * old address is then told.
 *
 * @throws PrebookError `AUTH_LINK_INVALID`, `AUTH_EMAIL_TAKEN` when another account has the new address meanwhile
 */
export async function verifyEmail(
  { services }: { services: Services },
  { token }: EmailVerifyInput,
): Promise<{ ok: true }> {
  const { store, now } = services
  const link = readAccountLink(services, 'verify', token)
  try {
    await store.write(
      async (tx) => {
        const { row, user } = await consumeLink(tx, 'verify', link)
        if (row.email !== null) await replaceAddress(tx, user, row.email, now())
        else await updateUser(tx, user.id, { verified_at: user.verified_at ?? now() })
      },
      () => [{ kind: 'user', userId: link.userId }, { kind: 'mail-queued' }],
    )
  } catch (error) {
    if (error instanceof UniqueViolation) throw new PrebookError('AUTH_EMAIL_TAKEN')
    throw error
  }
  return { ok: true }
}

async function replaceAddress(tx: Tx, user: UserRow, email: string, now: number): Promise<void> {
  if ((await findUserByEmail(tx, email)) !== undefined) throw new PrebookError('AUTH_EMAIL_TAKEN')
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
