import { bookMailKinds, higherRole, PrebookError, type Role } from '@prebook/core'
import {
  closeAccountLinks,
  findUser,
  hasOtherActiveAdmin,
  lockUser,
  skipUnsentMail,
  updateUser,
  type Tx,
  type UserRow,
} from '@prebook/db'
import { consumeLink, findOpenLink } from '../account/use-account-link.ts'
import type { AccountLink, Wish } from '../mail/content/links.ts'
import { cancelAllWaiting } from '../prebooks/cancel-all-waiting.ts'
import type { Services } from '../services.ts'

/** How somebody who reads the mail of an address takes over its account. */
export type TakeOver = {
  userId: number
  /** The new password; null for a guest. */
  passwordHash: string | null
  locale: string
  /**
   * Finds the account. It may be read in several transactions.
   *
   * @throws PrebookError when it may not be taken over
   */
  find: (tx: Tx) => Promise<UserRow>
  /** Uses up what allows it, in the last transaction. Returns the role that it gives. */
  use: (tx: Tx) => Promise<Role>
}

/** By a link that sets a password. An invitation also gives its role. */
export function byLink(purpose: 'reset' | 'invite', link: AccountLink, passwordHash: string): TakeOver {
  return {
    userId: link.userId,
    passwordHash,
    locale: 'en',
    find: async (tx) => (await findOpenLink(tx, purpose, link)).user,
    use: async (tx) => (await consumeLink(tx, purpose, link)).row.role ?? 'reader',
  }
}

/** By a guest's confirmation, which sets no password. */
export function byWish(userId: number, { email, locale }: Wish): TakeOver {
  return {
    userId,
    passwordHash: null,
    locale,
    async find(tx) {
      const user = await findUser(tx, userId)
      // Erased meanwhile, or the address was replaced. The next attempt finds or makes another account.
      if (user?.email !== email) throw new PrebookError('STORE_BUSY')
      if (user.is_active === 0) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
      return user
    },
    use: async () => 'reader',
  }
}

/**
 * Gives an account whose address was never proven to the holder of the mailbox, because somebody else may have opened it.
 * The password, sessions, settings and waiting prebooks of before are gone.
 *
 * @returns false when the address is proven: then nothing is changed
 * @throws PrebookError what {@link TakeOver} throws
 */
export async function takeOver(services: Services, by: TakeOver): Promise<boolean> {
  if (!(await lockOut(services, by))) return false
  return cancelAllWaiting(services, by.userId, {
    // Another take-over may have been completed meanwhile, and its owner may wait for books already.
    begin: async (tx) => (await lockUnproven(tx, by)) !== null,
    complete: (tx) => complete(services, tx, by),
  })
}

/** The account, locked until the transaction ends; null when its address is proven. */
async function lockUnproven(tx: Tx, { userId, find }: TakeOver): Promise<UserRow | null> {
  await lockUser(tx, { userId })
  const user = await find(tx)
  return user.verified_at === null ? user : null
}

/**
 * Makes the account unusable to those who know its password or hold a session, so that they add no more prebooks. What allows
 * the take-over is not used up, so that it works again if the process dies before the rest is done.
 */
async function lockOut({ store, sessions }: Services, by: TakeOver): Promise<boolean> {
  const { userId } = by
  return store.writeOnAdmins(
    async (tx) => {
      const user = await lockUnproven(tx, by)
      if (user === null) return false
      const lastAdmin = user.role === 'admin' && !(await hasOtherActiveAdmin(tx, userId))
      await updateUser(tx, userId, { password_hash: null, ...(!lastAdmin && { role: 'reader' }) })
      await sessions.endAllIn(tx, userId)
      return true
    },
    (locked) => (locked ? { kind: 'user', userId } : null),
  )
}

async function complete({ sessions, now }: Services, tx: Tx, by: TakeOver): Promise<void> {
  const { role } = await by.find(tx)
  await updateUser(tx, by.userId, {
    password_hash: by.passwordHash,
    verified_at: now(),
    mail_opt_out: 0,
    locale: by.locale,
    role: higherRole(role, await by.use(tx)),
  })
  // A notified prebook of before stays notified, but the new owner gets no mail about it.
  await skipUnsentMail(tx, { userId: by.userId, kinds: bookMailKinds, reason: 'unverified' })
  await closeAccountLinks(tx, by.userId, ['verify', 'reset'])
  await sessions.endAllIn(tx, by.userId)
}
