import type { LoginInput, SignedIn } from '@prebook/core'
import type { UserRow } from '@prebook/db'
import { requireTrustedOrigin, type RequestContext } from '../context.ts'
import { isoTime } from '../iso-time.ts'
import { presentUser } from '../users/present-user.ts'

/** Begins a session for an account whose owner has just shown the password, in a token or in a cookie. */
export async function signIn(
  context: RequestContext,
  user: UserRow,
  keep: LoginInput['session'],
): Promise<SignedIn> {
  // Otherwise another site could sign a visitor in to an account of its own.
  if (keep === 'cookie') requireTrustedOrigin(context)
  const session = await context.services.sessions.start(user.id)
  if (keep === 'cookie') context.request.setSessionCookie(session.token)
  return {
    token: keep === 'cookie' ? null : session.token,
    expiresAt: isoTime(session.expiresAt),
    user: presentUser(user),
  }
}
