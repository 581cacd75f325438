import {
  higherRole,
  PrebookError,
  type EmailVerifyInput,
  type InvitationAcceptInput,
  type LoginInput,
  type PasswordResetInput,
  type PasswordResetRequestInput,
  type RegisterInput,
  type SignedIn,
  type User,
} from '@prebook/core'
import { assertGoodPassword, done, presentUser, type Done } from './accounts.ts'
import { addUser, sessionOf, startSession, type Call, type SignedInCall } from './callers.ts'
import { erase } from './erase-account.ts'
import { closeLinks, findOpenLink, mailLink, mailOldAddress, requireMail } from './mail.ts'
import type { Holder } from './rows.ts'
import { endSessions, findUserByEmail, hasOtherActiveAdmin, isGuestAccount, isoTime } from './shop.ts'
import { takeOver } from './take-over.ts'

function signIn(call: Call, user: Holder, via: LoginInput['session']): SignedIn {
  const { token, expiresAt } = startSession(call.shop, user, call.userAgent)
  if (via === 'cookie') call.setSessionCookie(token)
  else call.setDevice(`device-of-${user.email}`)
  return { token: via === 'cookie' ? null : token, expiresAt: isoTime(expiresAt), user: presentUser(user) }
}

export function register(call: Call, { email, password, session }: RegisterInput): SignedIn {
  const { shop } = call
  assertGoodPassword(password, email)
  const known = findUserByEmail(shop, email)
  if (known !== undefined) {
    if (isGuestAccount(known) && known.isActive && shop.hasMail)
      mailLink(shop, { kind: 'set-password', userId: known.id })
    throw new PrebookError('AUTH_EMAIL_TAKEN', { field: 'email' })
  }
  const user = addUser(shop, { email, password })
  if (shop.hasMail) mailLink(shop, { kind: 'verify', userId: user.id })
  return signIn(call, user, session)
}

export function login(call: Call, { email, password, session }: LoginInput): SignedIn {
  const user = findUserByEmail(call.shop, email)
  if (user === undefined || user.password !== password) throw new PrebookError('AUTH_INVALID_CREDENTIALS')
  if (!user.isActive) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  return signIn(call, user, session)
}

export function me(call: Call): User | null {
  const found = sessionOf(call)
  if (found === null) return null
  if (!found.user.isActive) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  return presentUser(found.user)
}

export function logout({ shop, session, setSessionCookie }: SignedInCall): Done {
  shop.rows.sessions = shop.rows.sessions.filter(({ id }) => id !== session.id)
  setSessionCookie(null)
  return done
}

export function logoutEverywhere({ shop, user, setSessionCookie }: SignedInCall): Done {
  endSessions(shop, user.id)
  setSessionCookie(null)
  return done
}

export function requestPasswordReset({ shop }: Call, { email }: PasswordResetRequestInput): Done {
  requireMail(shop)
  const user = findUserByEmail(shop, email)
  if (user?.isActive === true) mailLink(shop, { kind: 'reset', userId: user.id })
  return done
}

export function resetPassword({ shop }: Call, { token, password }: PasswordResetInput): Done {
  const { user } = findOpenLink(shop, 'reset', token)
  assertGoodPassword(password, user.email)
  if (user.verifiedAt === null) {
    takeOver(shop, user, { password, locale: 'en', role: 'reader' })
    return done
  }
  user.password = password
  closeLinks(shop, user.id, ['verify', 'reset'])
  endSessions(shop, user.id)
  return done
}

export function acceptInvitation({ shop }: Call, { token, password }: InvitationAcceptInput): Done {
  const { link, user } = findOpenLink(shop, 'invite', token)
  if (user.verifiedAt === null) {
    assertGoodPassword(password, user.email)
    takeOver(shop, user, { password, locale: 'en', role: link.role ?? 'reader' })
  } else user.role = higherRole(user.role, link.role ?? user.role)
  closeLinks(shop, user.id, ['invite'])
  return done
}

export function verifyEmail({ shop }: Call, { token }: EmailVerifyInput): Done {
  const { link, user } = findOpenLink(shop, 'verify', token)
  const { email } = link
  if (email === null) {
    user.verifiedAt ??= shop.now()
    closeLinks(shop, user.id, ['verify'])
    return done
  }
  const holder = findUserByEmail(shop, email)
  if (holder !== undefined) {
    const isLastAdmin = holder.role === 'admin' && holder.isActive && !hasOtherActiveAdmin(shop, holder.id)
    if (holder.verifiedAt !== null || isLastAdmin) throw new PrebookError('AUTH_EMAIL_TAKEN')
    erase(shop, holder)
  }
  const before = user.email
  Object.assign(user, { email, verifiedAt: shop.now() })
  closeLinks(shop, user.id, ['verify', 'reset', 'invite'])
  mailOldAddress(shop, user.id, before)
  return done
}
