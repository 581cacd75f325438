import {
  assertAdminLeft,
  assertInvitable,
  PrebookError,
  tokenStatus,
  userSearchText,
  type AuditEntry,
  type AuditListInput,
  type AuditPage,
  type ChangedUser,
  type Invitation,
  type Role,
  type UserInviteInput,
  type UserListInput,
  type UserPage,
} from '@prebook/core'
import { presentUser } from './accounts.ts'
import { addUser, type ActorCall, type SignedInCall } from './callers.ts'
import { newestFirst, page } from './cursors.ts'
import { mailLinkOnce, requireMail } from './mail.ts'
import type { AuditRow } from './rows.ts'
import {
  findUser,
  findUserByEmail,
  hasOtherActiveAdmin,
  isHolder,
  isoTime,
  recordAudit,
  type Shop,
} from './shop.ts'

export function listUsers({ shop }: ActorCall, input: UserListInput): UserPage {
  const { query, role, isActive, cursor, limit } = input
  const text = userSearchText(query ?? '')
  const rows = newestFirst('users', shop.rows.users, cursor)
    .filter(isHolder)
    .filter(
      (user) =>
        user.email.includes(text) &&
        user.role === (role ?? user.role) &&
        user.isActive === (isActive ?? user.isActive),
    )
  return page('users', rows, limit, presentUser, ({ id }) => id)
}

export function updateUser(
  { shop, actor }: SignedInCall,
  { userId, role, isActive }: { userId: number; role?: Role | undefined; isActive?: boolean | undefined },
): ChangedUser {
  const user = findUser(shop, userId)
  if (user === undefined) throw new PrebookError('USER_NOT_FOUND', { field: 'userId' })
  const before = { role: user.role, isActive: user.isActive }
  const after = { role: role ?? before.role, isActive: isActive ?? before.isActive }
  assertAdminLeft(before, after, hasOtherActiveAdmin(shop, userId))
  const subject = `user:${userId}` as const
  if (after.role !== before.role) {
    const details = { oldRole: before.role, newRole: after.role }
    recordAudit(shop, actor.id, { action: 'users.setRole', subject, details })
  }
  if (after.isActive !== before.isActive) {
    const action = after.isActive ? 'users.reactivate' : 'users.deactivate'
    recordAudit(shop, actor.id, { action, subject, details: {} })
  }
  Object.assign(user, after)
  const activeTokens = shop.rows.tokens.filter(
    (token) => token.createdBy === userId && tokenStatus(token, shop.now()) === 'active',
  ).length
  return { ...presentUser(user), activeTokens }
}

export function inviteUser({ shop, actor }: SignedInCall, { email, role }: UserInviteInput): Invitation {
  requireMail(shop)
  const known = findUserByEmail(shop, email)
  if (known !== undefined) assertInvitable({ ...known, isVerified: known.verifiedAt !== null }, role)
  const user = known ?? addUser(shop, { email, password: null })
  const expiresAt = mailLinkOnce(shop, { kind: 'invite', userId: user.id, role })
  if (expiresAt === undefined) throw new PrebookError('INVITATION_PENDING', { field: 'email' })
  recordAudit(shop, actor.id, { action: 'users.invite', subject: `user:${user.id}`, details: { role } })
  return { userId: user.id, email, role, expiresAt: isoTime(expiresAt) }
}

export function listAudit({ shop }: SignedInCall, input: AuditListInput): AuditPage {
  const { actorId, tokenId, subject, action, cursor, limit } = input
  const rows = newestFirst('audit', shop.rows.audit, cursor).filter(
    (row) =>
      row.actorId === (actorId ?? row.actorId) &&
      row.tokenId === (tokenId ?? row.tokenId) &&
      row.subject === (subject ?? row.subject) &&
      row.action === (action ?? row.action),
  )
  return page(
    'audit',
    rows,
    limit,
    (row) => presentAudit(shop, row),
    ({ id }) => id,
  )
}

function presentAudit(shop: Shop, { at, ...row }: AuditRow): AuditEntry {
  const [kind, subjectId] = row.subject.split(':')
  const emailOf = (id: number | null) => (id === null ? null : (findUser(shop, id)?.email ?? null))
  const nameOfToken = (id: number | null) => (id === null ? null : (shop.rows.tokens[id - 1]?.name ?? null))
  return {
    ...row,
    at: isoTime(at),
    actorEmail: emailOf(row.actorId),
    tokenName: nameOfToken(row.tokenId),
    subjectEmail: emailOf(kind === 'user' ? Number(subjectId) : null),
    subjectTokenName: nameOfToken(kind === 'token' ? Number(subjectId) : null),
  }
}
