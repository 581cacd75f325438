import {
  agentFamily,
  isWellFormedToken,
  looksLikeToken,
  personRequired,
  PrebookError,
  seesAddresses,
  SESSION_DAYS,
  tokenRefused,
  type TokenScope,
} from '@prebook/core'
import { add, findUser, type ActorId, type Shop } from './shop.ts'
import type { Holder, SessionRow, TokenRow } from './rows.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A request, as far as procedures need to know it. */
export type Call = {
  shop: Shop
  requestId: string
  /** Of a session or a machine. */
  token: string | null
  userAgent: string | null
  /** Sets the session cookie of the response; null clears it. */
  setSessionCookie: (token: string | null) => void
  /** Sets the header of the response with the token of the device. */
  setDevice: (device: string) => void
}

/** Who acts: a person with an account, or a machine with a token. */
export type Actor =
  | { kind: 'user'; id: { userId: number }; user: Holder }
  | { kind: 'token'; id: { tokenId: number }; scopes: readonly TokenScope[] }

/** A call of an account or a token. */
export type ActorCall = Call & { actor: Actor }

/** A call of an account. */
export type SignedInCall = ActorCall & { user: Holder; session: SessionRow }

/** The session of a call and its account; null without one. Using a session extends it. */
export function sessionOf(call: Call): { session: SessionRow; user: Holder } | null {
  const { shop, userAgent } = call
  const now = shop.now()
  const session = shop.rows.sessions.find(({ token }) => token === call.token)
  const user = session === undefined ? undefined : findUser(shop, session.userId)
  if (session === undefined || user === undefined || session.expiresAt <= now) return null
  const slidingMs = SESSION_DAYS.sliding * DAY_MS
  // Like Lucia, when half of the time has passed.
  if (now >= session.expiresAt - slidingMs / 2)
    session.expiresAt = Math.max(
      session.expiresAt,
      Math.min(now + slidingMs, session.createdAt + SESSION_DAYS.absolute * DAY_MS),
    )
  const hour = now - (now % HOUR_MS)
  if (session.lastUsedAt < hour) {
    session.lastUsedAt = hour
    session.agent = familyOf(userAgent) ?? session.agent
  }
  return { session, user }
}

/** Starts a session. Its token says whose it is, such as `session-2-of-ada@example.org`. */
export function startSession(shop: Shop, user: Holder, userAgent: string | null): SessionRow {
  const now = shop.now()
  const id = shop.nextSession++
  const session: SessionRow = {
    id,
    token: `session-${id}-of-${user.email}`,
    userId: user.id,
    createdAt: now,
    expiresAt: now + SESSION_DAYS.sliding * DAY_MS,
    lastUsedAt: now - (now % HOUR_MS),
    agent: familyOf(userAgent),
  }
  shop.rows.sessions.push(session)
  return session
}

function familyOf(userAgent: string | null): string | null {
  return userAgent === null ? null : agentFamily(userAgent)
}

/**
 * Requires a signed-in, active account.
 *
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`; `AUTH_FORBIDDEN` for a token of a machine
 */
export function requireSignedIn(call: Call): SignedInCall {
  if (looksLikeToken(call.token ?? '')) {
    requireToken(call)
    throw personRequired()
  }
  const found = sessionOf(call)
  if (found === null) throw new PrebookError('AUTH_REQUIRED')
  const { session, user } = found
  if (!user.isActive) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  return { ...call, actor: { kind: 'user', id: { userId: user.id }, user }, user, session }
}

/**
 * Requires a signed-in, active account or a token that works.
 *
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`
 */
export function requireActor(call: Call): ActorCall {
  if (!looksLikeToken(call.token ?? '')) return requireSignedIn(call)
  const { id, scopes } = requireToken(call)
  return { ...call, actor: { kind: 'token', id: { tokenId: id }, scopes } }
}

/** @throws PrebookError `AUTH_REQUIRED` */
function requireToken({ shop, token: given }: Call): TokenRow {
  const text = given ?? ''
  if (!isWellFormedToken(text)) throw tokenRefused('mistyped')
  const now = shop.now()
  const token = shop.rows.tokens.find((row) => row.text === text || row.previous?.text === text)
  const until = Math.min(
    token?.expiresAt ?? Infinity,
    token?.text === text ? Infinity : (token?.previous?.until ?? 0),
  )
  if (token === undefined || token.revokedAt !== null || until <= now) throw tokenRefused('ended')
  token.lastUsedAt = now - (now % MINUTE_MS)
  return token
}

/** Whether a list that staff may read shows its addresses. To tokens it shows none. */
export function actorSeesAddresses(actor: Actor): boolean {
  return actor.kind === 'user' && seesAddresses(actor.user.role)
}

/** A name for the actor, by which its streams and idempotency keys are kept apart. */
export function nameOf(id: ActorId): string {
  return 'userId' in id ? `user:${id.userId}` : `token:${id.tokenId}`
}

/** Adds an account. */
export function addUser(
  shop: Shop,
  user: { email: string; password: string | null } & Partial<Holder>,
): Holder {
  return add<Holder>(shop.rows.users as Holder[], {
    role: 'reader',
    isActive: true,
    mailOptOut: false,
    verifiedAt: null,
    locale: 'en',
    createdAt: shop.now(),
    ...user,
  })
}
