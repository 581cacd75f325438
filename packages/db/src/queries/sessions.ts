import type { SelectQueryBuilder } from 'kysely'
import type { Database, Reader, SessionRow, Tx, UserRow } from '../database.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'
import { preparedQuery, type Params } from './prepared-query.ts'

const sessionWithUser = preparedQuery((reader: Reader, params: Params<{ id: string }>) =>
  reader
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('users')
    .select([
      'sessions.id as session_id',
      'sessions.created_at as session_created_at',
      'sessions.expires_at as session_expires_at',
    ])
    .where('sessions.id', '=', params.id),
)

/** A session with its account, by the hash of its token, in one query. */
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

/** Extends a session. Does nothing when it is gone, or when another request has extended it further. */
export async function moveSessionExpiry(tx: Tx, id: string, expiresAt: number): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ expires_at: expiresAt })
    .where('id', '=', id)
    .where('expires_at', '<', expiresAt)
    .execute()
}

/** Deletes one session. */
export async function deleteSession(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('sessions').where('id', '=', id).execute()
}

/**
 * Deletes a bounded number of an account's sessions.
 *
 * @returns whether some may be left. Then call it again in another transaction
 */
export async function deleteSessionsOf(tx: Tx, userId: number): Promise<boolean> {
  return deleteSome(tx, tx.selectFrom('sessions').select('id').where('user_id', '=', userId))
}

/**
 * Deletes a bounded number of sessions that have expired at `now`, oldest first.
 *
 * @returns whether some may be left. Then call it again in another transaction
 */
export async function deleteExpiredSessions(tx: Tx, now: number): Promise<boolean> {
  const expired = tx.selectFrom('sessions').select('id').where('expires_at', '<=', now).orderBy('expires_at')
  return deleteSome(tx, expired)
}

async function deleteSome(
  tx: Tx,
  some: SelectQueryBuilder<Database, 'sessions', { id: string }>,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('sessions')
    .where('id', 'in', some.limit(CLEAR_BATCH_ROWS))
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows) === CLEAR_BATCH_ROWS
}
