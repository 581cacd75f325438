import { looksLikeToken, personRequired, PrebookError, type TokenScope } from '@prebook/core'
import type { ApiTokenRow, Tx, UserRow } from '@prebook/db'
import type { WorkingToken } from './auth/api-tokens.ts'
import { readBearerToken, readCookieToken, type Session } from './auth/sessions.ts'
import type { RateLimit } from './auth/token-throttle.ts'
import type { Services } from './services.ts'

/** What the HTTP layer knows about a request, independent of the HTTP library. */
export type RequestFacts = {
  /** Identifies the request in logs and in `INTERNAL_ERROR` responses. */
  id: string
  /** The client's address, resolved through trusted proxies only. */
  address: string
  authorization: string | null
  cookie: string | null
  /** Whether browsers reach the service by HTTPS, so that the session cookie has its prefix. */
  secure: boolean
  /** The `User-Agent` header. Its family is stored with a session, and never the header. */
  userAgent: string | null
  /** Whether the request comes from this site or an allowed origin; false when unknown. */
  trustedOrigin: boolean
  /** The `Prebook-Device` header, with the device token of a client without cookies. */
  device: string | null
  /** The `Idempotency-Key` header of a REST request; null without one, and for tRPC, whose inputs have a field for it. */
  idempotencyKey: string | null
  /** Whether it is a later page of a download, which has counted as a call with its first page. */
  isContinued?: boolean
  /** Says on the response that it is the one to an earlier request with the same key. */
  setReplayed: () => void
  /** Sets the session cookie on the response; null clears it. */
  setSessionCookie: (token: string | null) => void
  /** Sets the cookie with the device tokens of this browser on the response. */
  setDeviceCookie: (tokens: string) => void
  /** Sets the `Prebook-Device` header of the response. */
  setDeviceHeader: (token: string) => void
  /** Sets the headers of the response that say how much of its limit a token has used. */
  setRateLimit: (limit: RateLimit) => void
}

/** The context of every procedure. */
export type RequestContext = {
  services: Services
  request: RequestFacts
  /**
   * The token of the request, where it came from, and whether a person signed in for it or it is a machine's; null without
   * one. An Authorization header wins over a cookie.
   */
  credentials: { token: string; via: 'bearer' | 'cookie'; of: 'person' | 'machine' } | null
  /** The session of the token, or null. Looked up once per request, even for a batch of calls. */
  session: () => Promise<Session | null>
  /**
   * The token of a machine. Looked up once per request, even for a batch of calls.
   *
   * @throws PrebookError `AUTH_REQUIRED` without a token that works
   */
  apiToken: () => Promise<WorkingToken>
  /**
   * Keeps the answer under the idempotency key of the request, if it has one. A use case calls it last in the transaction of its
   * change, so that neither is committed without the other.
   *
   * @param about the account that the answer is about, if it names another one
   * @returns the answer
   */
  keep: <Answer>(tx: Tx, answer: Answer, about?: { userId: number }) => Promise<Answer>
}

/** Who acts: a person with an account, or a machine with a token of the shop. `id` is stored with what it does. */
export type Actor =
  | { kind: 'user'; id: { userId: number }; user: UserRow }
  | {
      kind: 'token'
      id: { tokenId: number }
      token: ApiTokenRow
      scopes: readonly TokenScope[]
      /** When the token stops working, in milliseconds UTC; null if never. */
      validUntil: number | null
    }

/** The context of a use case that machines may call. */
export type ActorContext = RequestContext & { actor: Actor }

/** The context of a use case that requires a signed-in user. */
export type SignedInContext = ActorContext & { user: UserRow; token: string; sessionId: number }

/** Creates the context of one request. Nothing is looked up yet. */
export function createRequestContext(services: Services, request: RequestFacts): RequestContext {
  const credentials = readCredentials(request)
  const { sessions, apiTokens } = services
  let session: Promise<Session | null> | undefined
  let apiToken: Promise<WorkingToken> | undefined
  return {
    services,
    request,
    credentials,
    keep: async (_tx, answer) => answer,
    session: () =>
      (session ??=
        credentials?.of === 'person'
          ? sessions.find(credentials.token, request.userAgent)
          : Promise.resolve(null)),
    apiToken: () =>
      (apiToken ??=
        credentials?.of === 'machine'
          ? apiTokens.find(credentials.token)
          : Promise.reject(new PrebookError('AUTH_REQUIRED'))),
  }
}

function readCredentials(request: RequestFacts): RequestContext['credentials'] {
  if (request.authorization !== null) {
    const token = readBearerToken(request.authorization)
    if (token === null) return null
    return { token, via: 'bearer', of: looksLikeToken(token) ? 'machine' : 'person' }
  }
  const token = request.cookie === null ? null : readCookieToken(request.cookie, request.secure)
  return token === null ? null : { token, via: 'cookie', of: 'person' }
}

/**
 * Requires a signed-in, active user, or a token that works.
 *
 * @param changes see {@link requireSignedIn}
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`, `CSRF_REFUSED`
 */
export async function requireActor(context: RequestContext, changes: boolean): Promise<ActorContext> {
  if (context.credentials?.of !== 'machine') return requireSignedIn(context, changes)
  const { row, scopes, validUntil } = await context.apiToken()
  return { ...context, actor: { kind: 'token', id: { tokenId: row.id }, token: row, scopes, validUntil } }
}

/**
 * Requires a signed-in, active user.
 *
 * @param changes whether the call may change something. A request that authenticates by cookie must then come from a
 *   trusted origin.
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`, `CSRF_REFUSED`; `AUTH_FORBIDDEN` for a token of a machine
 */
export async function requireSignedIn(context: RequestContext, changes: boolean): Promise<SignedInContext> {
  if (context.credentials?.of === 'machine') {
    await context.apiToken()
    throw personRequired()
  }
  const session = await context.session()
  if (session === null || context.credentials === null) throw new PrebookError('AUTH_REQUIRED')
  if (changes && context.credentials.via === 'cookie') requireTrustedOrigin(context)
  if (session.user.is_active === 0) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  const { user, publicId } = session
  const actor = { kind: 'user', id: { userId: user.id }, user } as const
  return { ...context, actor, user, token: context.credentials.token, sessionId: publicId }
}

/**
 * Rejects requests that another site made a browser send.
 *
 * @throws PrebookError `CSRF_REFUSED`
 */
export function requireTrustedOrigin(context: RequestContext): void {
  if (!context.request.trustedOrigin) throw new PrebookError('CSRF_REFUSED')
}
