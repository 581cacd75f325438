import type { LoginInput, SignedIn } from '@prebook/core'
import type { UserRow } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { isoTime } from '../iso-time.ts'
import { presentUser } from '../users/present-user.ts'

/**
 * Begins a session for an account whose owner has just shown the password, in a token or in a cookie.
 * Whoever asks for a cookie has been checked for where the request comes from.
 */
export async function signIn(
  context: RequestContext,
  user: UserRow,
  keep: LoginInput['session'],
): Promise<SignedIn> {
  const session = await context.services.sessions.start(user.id)
  if (keep === 'cookie') context.request.setSessionCookie(session.token)
  return {
    token: keep === 'cookie' ? null : session.token,
    expiresAt: isoTime(session.expiresAt),
    user: presentUser(user),
  }
}
