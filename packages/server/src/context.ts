import { PrebookError } from '@prebook/core'
import type { UserRow } from '@prebook/db'
import { readBearerToken, readCookieToken, type Session } from './auth/sessions.ts'
import type { Services } from './services.ts'

/** What a door knows of a request, HTTP library aside. */
export type RequestFacts = {
  /** Names the request in logs and in answers that admit a fault of ours. */
  id: string
  /** The client's address, as far as proxies are believed. */
  address: string
  authorization: string | null
  cookie: string | null
  /** Whether the request comes from a page of this site or of an allowed origin; false when that is not known. */
  trustedOrigin: boolean
  /** Makes the answer set the session cookie, or take it away. */
  setSessionCookie: (token: string | null) => void
}

/** What a procedure starts from. */
export type RequestContext = {
  services: Services
  request: RequestFacts
  /** The token that came with the request, and how; null without one. An Authorization header wins over a cookie. */
  credentials: { token: string; via: 'bearer' | 'cookie' } | null
  /** The session that the token stands for, looked up once however many calls a batch holds; null when it has none. */
  session: () => Promise<Session | null>
}

/** What a use case starts from when somebody is signed in. */
export type SignedInContext = RequestContext & { user: UserRow; token: string }

/** Makes the context of one request. Nothing is looked up yet. */
export function createRequestContext(services: Services, request: RequestFacts): RequestContext {
  const credentials = readCredentials(request)
  let session: Promise<Session | null> | undefined
  return {
    services,
    request,
    credentials,
    session: () =>
      (session ??= credentials === null ? Promise.resolve(null) : services.sessions.find(credentials.token)),
  }
}

function readCredentials(request: RequestFacts): RequestContext['credentials'] {
  if (request.authorization !== null) {
    const token = readBearerToken(request.authorization)
    return token === null ? null : { token, via: 'bearer' }
  }
  const token = request.cookie === null ? null : readCookieToken(request.cookie)
  return token === null ? null : { token, via: 'cookie' }
}

/**
 * Who is signed in.
 *
 * @param context a request
 * @param changes whether the call may change something: then a cookie alone does not do, it must come from this site
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`, `CSRF_REFUSED`
 */
export async function requireSignedIn(context: RequestContext, changes: boolean): Promise<SignedInContext> {
  const session = await context.session()
  if (session === null || context.credentials === null) throw new PrebookError('AUTH_REQUIRED')
  if (changes && context.credentials.via === 'cookie') requireTrustedOrigin(context)
  if (session.user.is_active === 0) throw new PrebookError('AUTH_ACCOUNT_DEACTIVATED')
  return { ...context, user: session.user, token: context.credentials.token }
}

/**
 * Refuses what another site made a browser send.
 *
 * @throws PrebookError `CSRF_REFUSED`
 */
export function requireTrustedOrigin(context: RequestContext): void {
  if (!context.request.trustedOrigin) throw new PrebookError('CSRF_REFUSED')
}
