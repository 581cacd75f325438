import type { LoginInput, SignedIn } from '@prebook/core'
import type { UserRow } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { isoTime } from '../iso-time.ts'
import { presentUser } from '../users/present-user.ts'

/**
 * Starts a session for an account whose password has just been verified. Returns the token, or sets it as a cookie.
 * The caller has checked the origin of the request if a cookie is requested.
 */
export async function signIn(
  context: RequestContext,
  user: UserRow,
  via: LoginInput['session'],
): Promise<SignedIn> {
  const session = await context.services.sessions.start(user.id)
  if (via === 'cookie') context.request.setSessionCookie(session.token)
  return {
    token: via === 'cookie' ? null : session.token,
    expiresAt: isoTime(session.expiresAt),
    user: presentUser(user),
  }
}
