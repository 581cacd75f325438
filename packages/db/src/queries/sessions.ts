import type { Reader, SessionRow, Tx, UserRow } from '../database.ts'
import { compiledOnce, type Slots } from './compiled-once.ts'

const sessionWithUser = compiledOnce((reader: Reader, slots: Slots<{ id: string }>) =>
  reader
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('users')
    .select([
      'sessions.id as session_id',
      'sessions.created_at as session_created_at',
      'sessions.expires_at as session_expires_at',
    ])
    .where('sessions.id', '=', slots.id),
)

/** A session by the hash of its token, with its account, in one lookup. */
export async function findSession(
  reader: Reader,
  id: string,
): Promise<{ session: SessionRow; user: UserRow } | undefined> {
  const [row] = await sessionWithUser(reader, { id })
  if (row === undefined) return undefined
  const { session_id, session_created_at, session_expires_at, ...user } = row
  return {
    session: {
      id: session_id,
      user_id: user.id,
      created_at: session_created_at,
      expires_at: session_expires_at,
    },
    user,
  }
}

/** The sessions of an account. */
export async function listSessions(reader: Reader, userId: number): Promise<SessionRow[]> {
  return reader.selectFrom('sessions').selectAll().where('user_id', '=', userId).execute()
}

/** Adds a session. */
export async function insertSession(tx: Tx, session: SessionRow): Promise<void> {
  await tx.insertInto('sessions').values(session).execute()
}

/** Moves a session's end; nothing happens when it is gone. */
export async function moveSessionExpiry(tx: Tx, id: string, expiresAt: number): Promise<void> {
  await tx.updateTable('sessions').set({ expires_at: expiresAt }).where('id', '=', id).execute()
}

/** Ends one session. */
export async function deleteSession(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('sessions').where('id', '=', id).execute()
}

/** Ends every session of an account. */
export async function deleteSessionsOf(tx: Tx, userId: number): Promise<void> {
  await tx.deleteFrom('sessions').where('user_id', '=', userId).execute()
}

/** Sessions that one transaction clears away, at most: a million at once would hold up everybody for seconds. */
const CLEARED_AT_ONCE = 250

/**
 * Clears away sessions that ended before `now`, the oldest first: a bounded number of them.
 *
 * @returns whether some may be left: then call it again, in another transaction
 */
export async function deleteExpiredSessions(tx: Tx, now: number): Promise<boolean> {
  const ended = tx
    .selectFrom('sessions')
    .select('id')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(CLEARED_AT_ONCE)
  const { numDeletedRows } = await tx
    .deleteFrom('sessions')
    .where('id', 'in', ended)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows) === CLEARED_AT_ONCE
}
