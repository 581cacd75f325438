import { bookMailKinds, higherRole } from '@prebook/core'
import { closeAccountLinks, hasOtherActiveAdmin, skipUnsentMail, updateUser, type Tx } from '@prebook/db'
import { consumeLink, findOpenLink } from '../account/use-account-link.ts'
import type { AccountLink } from '../mail/content/links.ts'
import { cancelAllWaiting } from '../prebooks/cancel-all-waiting.ts'
import type { Services } from '../services.ts'

/** A new password by a link, which proves the address. An invitation also gives its role. */
type TakeOver = { purpose: 'reset' | 'invite'; link: AccountLink; passwordHash: string }

/**
 * Gives an account whose address was never proven to the holder of the mailbox, because somebody else may have opened it.
 * The password, sessions, settings and waiting prebooks of before are gone.
 *
 * @returns false when the address is proven: then nothing is changed
 * @throws PrebookError `AUTH_LINK_INVALID`
 */
export async function takeOver(services: Services, password: TakeOver): Promise<boolean> {
  if (!(await lockOut(services, password))) return false
  await cancelAllWaiting(services, password.link.userId, (tx) => complete(services, tx, password))
  return true
}

/**
 * Makes the account unusable to those who know its password or hold a session, so that they add no more prebooks. The link
 * stays open, so that it works again if the process dies before the rest is done.
 */
async function lockOut({ store, sessions }: Services, { purpose, link }: TakeOver): Promise<boolean> {
  const { userId } = link
  return store.writeOnAdmins(
    async (tx) => {
      const { user } = await findOpenLink(tx, purpose, link)
      if (user.verified_at !== null) return false
      const lastAdmin = user.role === 'admin' && !(await hasOtherActiveAdmin(tx, userId))
      await updateUser(tx, userId, { password_hash: null, ...(!lastAdmin && { role: 'reader' }) })
      await sessions.endAllIn(tx, userId)
      return true
    },
    (locked) => (locked ? { kind: 'user', userId } : null),
  )
}

async function complete(
  { sessions, now }: Services,
  tx: Tx,
  { purpose, link, passwordHash }: TakeOver,
): Promise<void> {
  const { row, user } = await consumeLink(tx, purpose, link)
  await updateUser(tx, user.id, {
    password_hash: passwordHash,
    verified_at: now(),
    mail_opt_out: 0,
    locale: 'en',
    role: higherRole(user.role, row.role ?? 'reader'),
  })
  // A notified prebook of before stays notified, but the new owner gets no mail about it.
  await skipUnsentMail(tx, { userId: user.id, kinds: bookMailKinds, reason: 'unverified' })
  await closeAccountLinks(tx, user.id, ['verify', 'reset'])
  await sessions.endAllIn(tx, user.id)
}
