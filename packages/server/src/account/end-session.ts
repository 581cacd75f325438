import { PrebookError, type SessionIdInput } from '@prebook/core'
import { deleteSessionByPublicId } from '@prebook/db'
import type { SignedInContext } from '../context.ts'

/**
 * Ends a session of the signed-in account, and its streams. Ending the current one signs out.
 *
 * @throws PrebookError `SESSION_NOT_FOUND`, also for a session of another account
 */
export async function endSession(
  context: SignedInContext,
  { sessionId }: SessionIdInput,
): Promise<{ ok: true }> {
  const { services, user } = context
  const session = { userId: user.id, publicId: sessionId, now: services.now() }
  const ended = await services.store.write(
    (tx) => deleteSessionByPublicId(tx, session),
    (deleted) => (deleted ? { kind: 'user', userId: user.id } : null),
  )
  if (!ended) throw new PrebookError('SESSION_NOT_FOUND', { field: 'sessionId' })
  if (sessionId === context.sessionId) context.request.setSessionCookie(null)
  return { ok: true }
}

/** Ends every session of the signed-in account except the current one. */
export async function endOtherSessions({ services, user, token }: SignedInContext): Promise<{ ok: true }> {
  await services.sessions.endAll(user.id, token)
  return { ok: true }
}
