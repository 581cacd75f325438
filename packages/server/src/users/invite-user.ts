import { assertInvitable, PrebookError, type Invitation, type UserInviteInput } from '@prebook/core'
import { findUserByEmail, insertUser, recordAudit, type Tx } from '@prebook/db'
import { mailAccountLinkOnce, requireMail } from '../account/mail-account-link.ts'
import type { SignedInContext } from '../context.ts'
import { isoTime } from '../iso-time.ts'

/**
 * Mails an invitation to work with the shop. An address without an account gets one without a password. The role is given
 * when the invitation is accepted.
 *
 * @throws PrebookError `MAIL_NOT_CONFIGURED`, `INVITATION_PENDING`, `VALIDATION_ERROR` for an account that needs none
 */
export async function inviteUser(
  context: SignedInContext,
  { email, role }: UserInviteInput,
): Promise<Invitation> {
  const { services, user: actor } = context
  requireMail(services)
  const { store } = services
  const now = services.now()
  const invite = async (tx: Tx) => {
    // The insert first: of two admins who invite a new address at once, the other one finds the account.
    const added = await insertUser(tx, { email, passwordHash: null, role: 'reader', now })
    const user = added ?? (await findUserByEmail(tx, email))
    if (user === undefined) throw new Error(`There is no account although its address is taken.`)
    const account = { role: user.role, isActive: user.is_active === 1, isVerified: user.verified_at !== null }
    assertInvitable(account, role)
    const expiresAt = await mailAccountLinkOnce(tx, { kind: 'invite', user, role, now })
    if (expiresAt === undefined) throw new PrebookError('INVITATION_PENDING', { field: 'email' })
    const subject = `user:${user.id}` as const
    await recordAudit(tx, {
      at: now,
      actor: { userId: actor.id },
      subject,
      action: 'users.invite',
      details: { role },
    })
    const invitation = { userId: user.id, email: user.email, role, expiresAt: isoTime(expiresAt) }
    return context.keep(tx, invitation, { userId: user.id })
  }
  return store.write(invite, () => ({ kind: 'mail-queued' }))
}
