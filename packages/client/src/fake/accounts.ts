import {
  assertNewAddress,
  invalid,
  MAX_SESSIONS,
  passwordProblem,
  PrebookError,
  wrongPassword,
  type Account,
  type AccountUpdateInput,
  type EmailChangeInput,
  type PasswordChangeInput,
  type Session,
  type SessionIdInput,
  type SessionList,
  type User,
} from '@prebook/core'
import type { SignedInCall } from './callers.ts'
import { closeLinks, mailLink, requireMail } from './mail.ts'
import type { Holder, SessionRow } from './rows.ts'
import { endSessions, isoTime, isoTimeOrNull, type Shop } from './shop.ts'

export type Done = { ok: true }
export const done: Done = { ok: true }

export function presentUser({ id, email, role, isActive, mailOptOut, createdAt }: Holder): User {
  return { id, email, role, isActive, mailOptOut, createdAt: isoTime(createdAt) }
}

export function presentAccount({ hasMail }: Shop, user: Holder): Account {
  const { verifiedAt, locale } = user
  const canVerify = verifiedAt === null && hasMail
  return { ...presentUser(user), verifiedAt: isoTimeOrNull(verifiedAt), canVerify, locale }
}

export function presentSession(row: SessionRow, current: SessionRow): Session {
  const { id, agent, createdAt, lastUsedAt, expiresAt } = row
  return {
    id,
    current: id === current.id,
    agent,
    createdAt: isoTime(createdAt),
    lastUsedAt: isoTime(lastUsedAt),
    expiresAt: isoTime(expiresAt),
  }
}

export function getAccount({ shop, user }: SignedInCall): Account {
  return presentAccount(shop, user)
}

export function updateAccount({ shop, user }: SignedInCall, { mailOptOut }: AccountUpdateInput): Account {
  user.mailOptOut = mailOptOut
  return presentAccount(shop, user)
}

export function changePassword(
  { shop, user, session, setDevice }: SignedInCall,
  { currentPassword, newPassword }: PasswordChangeInput,
): Done {
  assertGoodPassword(newPassword, user.email, 'newPassword')
  if (user.password !== currentPassword) throw wrongPassword('currentPassword')
  user.password = newPassword
  closeLinks(shop, user.id, ['verify', 'reset'])
  endSessions(shop, user.id, session.token)
  setDevice(`device-of-${user.email}`)
  return done
}

export function changeEmail({ shop, user }: SignedInCall, { email, password }: EmailChangeInput): Done {
  requireMail(shop)
  assertNewAddress(email, user.email)
  if (user.password !== password) throw wrongPassword('password')
  mailLink(shop, { kind: 'change-email', userId: user.id, email })
  return done
}

export function resendVerification({ shop, user }: SignedInCall): Done {
  requireMail(shop)
  if (user.verifiedAt === null) mailLink(shop, { kind: 'verify', userId: user.id })
  return done
}

export function listSessions({ shop, user, session }: SignedInCall): SessionList {
  const recent = shop.rows.sessions
    .filter((row) => row.userId === user.id && row.id !== session.id && row.expiresAt > shop.now())
    .toSorted((a, b) => b.lastUsedAt - a.lastUsedAt || b.id - a.id)
  const items = [session, ...recent].slice(0, MAX_SESSIONS)
  return { items: items.map((row) => presentSession(row, session)) }
}

export function endSession(
  { shop, user, session, setSessionCookie }: SignedInCall,
  { sessionId }: SessionIdInput,
): Done {
  const { sessions } = shop.rows
  const ended = sessions.find(
    (row) => row.id === sessionId && row.userId === user.id && row.expiresAt > shop.now(),
  )
  if (ended === undefined) throw new PrebookError('SESSION_NOT_FOUND', { field: 'sessionId' })
  shop.rows.sessions = sessions.filter((row) => row !== ended)
  if (ended.id === session.id) setSessionCookie(null)
  return done
}

export function endOtherSessions({ shop, user, session }: SignedInCall): Done {
  endSessions(shop, user.id, session.token)
  return done
}

/** Refuses a password that the server refuses. */
export function assertGoodPassword(password: string, email: string, field = 'password'): void {
  const problem = passwordProblem(password, email)
  if (problem !== null) throw invalid(field, problem)
}
