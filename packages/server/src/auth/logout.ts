import type { SignedInContext } from '../context.ts'

/** Ends the session of this request. */
export async function logout(context: SignedInContext): Promise<{ ok: true }> {
  await context.services.sessions.end(context.token)
  context.request.setSessionCookie(null)
  return { ok: true }
}

/** Ends every session of the account. */
export async function logoutEverywhere(context: SignedInContext): Promise<{ ok: true }> {
  await context.services.sessions.endAll(context.user.id)
  context.request.setSessionCookie(null)
  return { ok: true }
}
