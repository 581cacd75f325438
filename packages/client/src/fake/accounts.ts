import {
  assertAdminLeft,
  assertNewAddress,
  EXPORT_ROWS,
  exportListAfter,
  exportLists,
  higherRole,
  invalid,
  MAX_SESSIONS,
  passwordProblem,
  PrebookError,
  readExportPosition,
  wrongPassword,
  type Account,
  type AccountEraseInput,
  type AccountExport,
  type AccountExportInput,
  type AccountUpdateInput,
  type EmailChangeInput,
  type EmailVerifyInput,
  type InvitationAcceptInput,
  type LoginInput,
  type PasswordChangeInput,
  type PasswordResetInput,
  type PasswordResetRequestInput,
  type RegisterInput,
  type Session,
  type SessionIdInput,
  type SessionList,
  type SignedIn,
  type User,
} from '@prebook/core'
import { addUser, sessionOf, startSession, type Call, type SignedInCall } from './callers.ts'
import { decoded } from './cursors.ts'
import { presentDelivery } from './deliveries.ts'
import {
  closeLinks,
  findLink,
  findOpenLink,
  mailLink,
  mailOldAddress,
  requireMail,
  skipUnsent,
} from './mail.ts'
import { presentPrebook } from './prebooks.ts'
import type { Holder, SessionRow } from './rows.ts'
import {
  endSessions,
  findUserByEmail,
  hasOtherActiveAdmin,
  isoTime,
  isoTimeOrNull,
  recordAudit,
  type Shop,
} from './shop.ts'
import { presentMovement } from './stock.ts'

type Done = { ok: true }
const done: Done = { ok: true }

export function presentUser({ id, email, role, isActive, mailOptOut, createdAt }: Holder): User {
  return { id, email, role, isActive, mailOptOut, createdAt: isoTime(createdAt) }
}

function presentAccount({ hasMail }: Shop, user: Holder): Account {
  const { verifiedAt, locale } = user
  const canVerify = verifiedAt === null && hasMail
  return { ...presentUser(user), verifiedAt: isoTimeOrNull(verifiedAt), canVerify, locale }
}

function presentSession(row: SessionRow, current: SessionRow): Session {
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

function signIn(call: Call, user: Holder, via: LoginInput['session']): SignedIn {
  const { token, expiresAt } = startSession(call.shop, user, call.userAgent)
  if (via === 'cookie') call.setSessionCookie(token)
  else call.setDevice(`device-of-${user.email}`)
  return { token: via === 'cookie' ? null : token, expiresAt: isoTime(expiresAt), user: presentUser(user) }
}

export function register(call: Call, { email, password, session }: RegisterInput): SignedIn {
  const { shop } = call
  assertGoodPassword(password, email)
  if (findUserByEmail(shop, email) !== undefined)
    throw new PrebookError('AUTH_EMAIL_TAKEN', { field: 'email' })
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
  if (user.verifiedAt === null) return takeOver(shop, user, password, 'reset')
  user.password = password
  closeLinks(shop, user.id, ['verify', 'reset'])
  endSessions(shop, user.id)
  return done
}

export function acceptInvitation({ shop }: Call, { token, password }: InvitationAcceptInput): Done {
  const { link, user } = findOpenLink(shop, 'invite', token)
  if (user.verifiedAt === null) {
    assertGoodPassword(password, user.email)
    return takeOver(shop, user, password, 'invite')
  }
  user.role = higherRole(user.role, link.role ?? user.role)
  closeLinks(shop, user.id, ['invite'])
  return done
}

/** Gives an account whose address was never proven to the holder of the mailbox. What was there before is gone. */
function takeOver(shop: Shop, user: Holder, password: string, purpose: 'reset' | 'invite'): Done {
  const isLastAdmin = user.role === 'admin' && !hasOtherActiveAdmin(shop, user.id)
  const role = findLink(shop, user.id, purpose)?.role ?? 'reader'
  Object.assign(user, {
    password,
    verifiedAt: shop.now(),
    mailOptOut: false,
    locale: 'en',
    role: higherRole(isLastAdmin ? 'admin' : 'reader', role),
  })
  cancelAllWaiting(shop, user.id)
  skipUnsent(shop, { userId: user.id, kind: 'restock', reason: 'unverified' })
  closeLinks(shop, user.id, ['verify', 'reset', purpose])
  endSessions(shop, user.id)
  return done
}

function cancelAllWaiting(shop: Shop, userId: number): void {
  const { rows } = shop
  for (const prebook of rows.prebooks) {
    const isWaiting = rows.waitlists[prebook.waitlistId - 1]?.notifiedAt === null
    if (prebook.userId === userId && prebook.cancelledAt === null && isWaiting)
      Object.assign(prebook, { cancelledAt: shop.now(), cancelledFrom: 'waiting' })
  }
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

export function eraseAccount(
  { shop, user, setSessionCookie }: SignedInCall,
  { password }: AccountEraseInput,
): Done {
  if (user.password !== null) {
    if (password === undefined) throw invalid('password', 'Enter your password.')
    if (user.password !== password) throw wrongPassword('password')
  }
  const standing = { role: user.role, isActive: user.isActive }
  assertAdminLeft(standing, null, hasOtherActiveAdmin(shop, user.id))
  erase(shop, user)
  setSessionCookie(null)
  return done
}

/** Removes what identifies the person of an account. */
function erase(shop: Shop, user: Holder): void {
  const { rows } = shop
  const own = rows.deliveries.filter((delivery) => delivery.userId === user.id)
  const addresses = new Set([user.email, ...own.map(({ recipient }) => recipient)])
  if (user.role !== 'reader')
    recordAudit(
      shop,
      { userId: user.id },
      { action: 'account.erase', subject: `user:${user.id}`, details: {} },
    )
  cancelAllWaiting(shop, user.id)
  skipUnsent(shop, { userId: user.id, reason: 'erased' })
  for (const delivery of own) Object.assign(delivery, { recipient: null, generation: null, lastError: null })
  rows.links = rows.links.filter(({ userId }) => userId !== user.id)
  rows.refusals = rows.refusals.filter(({ email }) => !addresses.has(email))
  rows.stockRequests = rows.stockRequests.filter(({ actor }) => actor !== `user:${user.id}`)
  endSessions(shop, user.id)
  Object.assign(user, {
    email: null,
    password: null,
    role: 'reader',
    isActive: false,
    mailOptOut: false,
    verifiedAt: null,
  })
}

export function exportAccount(call: SignedInCall, { cursor }: AccountExportInput): AccountExport {
  const { shop, user } = call
  const start = readExportPosition(cursor == null ? null : decoded(cursor))
  const lists = exportedLists(call)
  const part: AccountExport = {
    account: presentAccount(shop, user),
    sessions: [],
    prebooks: [],
    deliveries: [],
    stockMovements: [],
    stockRequests: [],
    keptAnswers: [],
    openLinks: [],
    refusals: [],
    auditEntries: [],
    nextCursor: null,
  }
  let room = EXPORT_ROWS
  for (const name of exportLists.slice(exportLists.indexOf(start.name))) {
    const isNumeric = name !== 'stockRequests' && name !== 'openLinks' && name !== 'keptAnswers'
    const isAfter = (key: string) => (isNumeric ? Number(key) > Number(start.after) : key > start.after)
    const left = lists[name].filter(({ key }) => name !== start.name || isAfter(key))
    const shown = left.slice(0, room)
    Object.assign(part, { [name]: shown.map(({ item }) => item) })
    room -= shown.length
    if (left.length > shown.length)
      return { ...part, nextCursor: btoa(exportListAfter(name, shown.at(-1)?.key ?? start.after)) }
  }
  return part
}

/** What is stored about an account, by list. Each row has the key that the next ones come after. */
function exportedLists({ shop, user, session }: SignedInCall) {
  const { rows } = shop
  const own = <Row extends { userId: number }>(all: Row[]) => all.filter((row) => row.userId === user.id)
  const keyed = <Row, Item>(all: Row[], keyOf: (row: Row) => string | number, present: (row: Row) => Item) =>
    all.map((row) => ({ key: String(keyOf(row)), item: present(row) }))
  const byId = ({ id }: { id: number }) => id
  const subject = `user:${user.id}`
  return {
    sessions: keyed(own(rows.sessions), byId, (row) => presentSession(row, session)),
    prebooks: keyed(own(rows.prebooks), byId, (row) => presentPrebook(shop, row)),
    deliveries: keyed(own(rows.deliveries), byId, (row) => presentDelivery(shop, row)),
    stockMovements: keyed(
      rows.movements.filter(({ actorId }) => actorId === user.id),
      byId,
      presentMovement,
    ),
    stockRequests: keyed(
      rows.stockRequests
        .filter(({ actor }) => actor === subject)
        .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      ({ key }) => key,
      ({ key, answer, createdAt }) => ({ idempotencyKey: key, answer, createdAt: isoTime(createdAt) }),
    ),
    keptAnswers: [],
    openLinks: keyed(
      own(rows.links)
        .filter(({ expiresAt }) => expiresAt > 0)
        .toSorted((a, b) => (a.purpose < b.purpose ? -1 : 1)),
      ({ purpose }) => purpose,
      ({ purpose, expiresAt, email, role }) => ({ purpose, expiresAt: isoTime(expiresAt), email, role }),
    ),
    refusals: keyed(
      rows.refusals.filter(({ email }) => email === user.email),
      ({ deliveryId }) => deliveryId,
      ({ deliveryId, refusedAt }) => ({ deliveryId, permanent: true, refusedAt: isoTime(refusedAt) }),
    ),
    auditEntries: keyed(
      rows.audit.filter((row) => row.actorId === user.id || row.subject === subject),
      byId,
      ({ id, at, action, details, subject: about }) => ({
        id,
        at: isoTime(at),
        action,
        subject: about,
        details,
      }),
    ),
  }
}

function assertGoodPassword(password: string, email: string, field = 'password'): void {
  const problem = passwordProblem(password, email)
  if (problem !== null) throw invalid(field, problem)
}
