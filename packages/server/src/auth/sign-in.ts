import type { LoginInput, SignedIn } from '@prebook/core'
import type { UserRow } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { isoTime } from '../iso-time.ts'
import { presentUser } from '../users/present-user.ts'
import { sendDeviceToken } from './devices.ts'

/**
 * Starts a session for an account whose password has just been verified. Returns the token, or sets it as a cookie. The
 * response also carries a new device token, as a cookie or a header. The caller has checked the origin of the request if a
 * cookie is requested.
 *
 * @param device the device token of the account that the request carried, or null
 * @throws PrebookError `AUTH_INVALID_CREDENTIALS` when the password has changed since
 */
export async function signIn(
  context: RequestContext,
  user: UserRow,
  via: LoginInput['session'],
  device: string | null,
): Promise<SignedIn> {
  const { request, services } = context
  const session = await services.sessions.start(user.id, {
    userAgent: request.userAgent,
    // An account without a password has none that could have been verified.
    verified: user.password_hash ?? '',
  })
  const cookie = via === 'cookie'
  if (cookie) request.setSessionCookie(session.token)
  sendDeviceToken(request, { cookie, replaced: device }, await services.devices.issue(user))
  return {
    token: cookie ? null : session.token,
    expiresAt: isoTime(session.expiresAt),
    user: presentUser(user),
  }
}
