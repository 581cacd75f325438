import { MAX_SESSIONS, type SessionList } from '@prebook/core'
import { listSessions as querySessions, listSessionsById } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { presentSession } from './present-session.ts'

/** Lists the sessions of the signed-in account, the current one first, then the most recently used. */
export async function listSessions({ services, user, sessionId }: SignedInContext): Promise<SessionList> {
  const userId = user.id
  const rows = await services.store.read(async (reader) => {
    const current = await listSessionsById(reader, { userId, afterId: sessionId - 1, limit: 1 })
    const recent = await querySessions(reader, { userId, now: services.now(), limit: MAX_SESSIONS })
    return [...current, ...recent.filter((row) => row.public_id !== sessionId)]
  })
  return { items: rows.slice(0, MAX_SESSIONS).map((row) => presentSession(row, sessionId)) }
}
