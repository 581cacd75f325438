import { PrebookError } from '@prebook/core'
import type { UserRow } from '@prebook/db'
import { readBearerToken, readCookieToken, type Session } from './auth/sessions.ts'
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
  /** Sets the session cookie on the response; null clears it. */
  setSessionCookie: (token: string | null) => void
  /** Sets the cookie with the device tokens of this browser on the response. */
  setDeviceCookie: (tokens: string) => void
  /** Sets the `Prebook-Device` header of the response. */
  setDeviceHeader: (token: string) => void
}

/** The context of every procedure. */
export type RequestContext = {
  services: Services
  request: RequestFacts
  /** The token of the request and where it came from; null without one. An Authorization header wins over a cookie. */
  credentials: { token: string; via: 'bearer' | 'cookie' } | null
  /** The session of the token, or null. Looked up once per request, even for a batch of calls. */
  session: () => Promise<Session | null>
}

/** The context of a use case that requires a signed-in user. */
export type SignedInContext = RequestContext & { user: UserRow; token: string; sessionId: number }

/** Creates the context of one request. Nothing is looked up yet. */
export function createRequestContext(services: Services, request: RequestFacts): RequestContext {
  const credentials = readCredentials(request)
  let session: Promise<Session | null> | undefined
  return {
    services,
    request,
    credentials,
    session: () =>
      (session ??=
        credentials === null
          ? Promise.resolve(null)
          : services.sessions.find(credentials.token, request.userAgent)),
  }
}

function readCredentials(request: RequestFacts): RequestContext['credentials'] {
  if (request.authorization !== null) {
    const token = readBearerToken(request.authorization)
    return token === null ? null : { token, via: 'bearer' }
  }
  const token = request.cookie === null ? null : readCookieToken(request.cookie, request.secure)
  return token === null ? null : { token, via: 'cookie' }
}

/**
 * Requires a signed-in, active user.
 *
 * @param changes whether the call may change something. A request that authenticates by cookie must then come from a
 *   trusted origin.
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`, `CSRF_REFUSED`
 */
export async function requireSignedIn(context: RequestContext, changes: boolean): Promise<SignedInContext> {
  const session = await context.session()
  if (session === null || context.credentials === null) throw new PrebookError('AUTH_REQUIRED')
  if (changes && context.credentials.via === 'cookie') requireTrustedOrigin(context)
  if (session.user.is_active === 0) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  const { user, publicId } = session
  return { ...context, user, token: context.credentials.token, sessionId: publicId }
}

/**
 * Rejects requests that another site made a browser send.
 *
 * @throws PrebookError `CSRF_REFUSED`
 */
export function requireTrustedOrigin(context: RequestContext): void {
  if (!context.request.trustedOrigin) throw new PrebookError('CSRF_REFUSED')
}
