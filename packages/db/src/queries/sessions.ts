import type { Insertable, NotNull, SelectQueryBuilder } from 'kysely'
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
      'sessions.public_id as session_public_id',
      'sessions.last_used_at as session_last_used_at',
      'sessions.agent as session_agent',
    ])
    .where('sessions.id', '=', params.id)
    .where('users.email', 'is not', null)
    .$narrowType<{ email: NotNull }>(),
)

/** A session with its account, by the hash of its token, in one query. */
export async function findSession(
  reader: Reader,
  id: string,
): Promise<{ session: SessionRow; user: UserRow } | undefined> {
  const [row] = await sessionWithUser(reader, { id })
  if (row === undefined) return undefined
  const {
    session_id,
    session_created_at,
    session_expires_at,
    session_public_id,
    session_last_used_at,
    session_agent,
    ...user
  } = row
  return {
    session: {
      id: session_id,
      user_id: user.id,
      created_at: session_created_at,
      expires_at: session_expires_at,
      public_id: session_public_id,
      last_used_at: session_last_used_at,
      agent: session_agent,
    },
    user,
  }
}

/** A session without the hash of its token. */
export type PublicSessionRow = Omit<SessionRow, 'id'>

const publicColumns = ['user_id', 'created_at', 'expires_at', 'public_id', 'last_used_at', 'agent'] as const

/** The sessions of an account that have not expired, most recently used first. */
export async function listSessions(
  reader: Reader,
  of: { userId: number; now: number; limit: number },
): Promise<PublicSessionRow[]> {
  return reader
    .selectFrom('sessions')
    .select(publicColumns)
    .where('user_id', '=', of.userId)
    .where('expires_at', '>', of.now)
    .orderBy('last_used_at', 'desc')
    .orderBy('public_id', 'desc')
    .limit(of.limit)
    .execute()
}

/** A page of an account's sessions, including expired ones that are not deleted yet, by public id, after `afterId`. */
export async function listSessionsById(
  reader: Reader,
  page: { userId: number; afterId: number; limit: number },
): Promise<PublicSessionRow[]> {
  return reader
    .selectFrom('sessions')
    .select(publicColumns)
    .where('user_id', '=', page.userId)
    .where('public_id', '>', page.afterId)
    .orderBy('public_id')
    .limit(page.limit)
    .execute()
}

/** Adds a session. */
export async function insertSession(tx: Tx, session: Insertable<Database['sessions']>): Promise<void> {
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

/** Records the hour and the agent of a session's use. Does nothing when that hour or a later one is recorded. */
export async function recordSessionUse(
  tx: Tx,
  id: string,
  use: { hour: number; agent: string | null },
): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ last_used_at: use.hour, ...(use.agent !== null && { agent: use.agent }) })
    .where('id', '=', id)
    .where('last_used_at', '<', use.hour)
    .execute()
}

/** Deletes one session. */
export async function deleteSession(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('sessions').where('id', '=', id).execute()
}

/**
 * Deletes a session of an account by its public id.
 *
 * @returns false when the account has no such session, or it has expired at `now`
 */
export async function deleteSessionByPublicId(
  tx: Tx,
  session: { userId: number; publicId: number; now: number },
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('sessions')
    .where('user_id', '=', session.userId)
    .where('public_id', '=', session.publicId)
    .where('expires_at', '>', session.now)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows) > 0
}

/**
 * Deletes a batch of an account's sessions.
 *
 * @param keep the id of a session to keep
 * @returns how many it deleted, up to {@link CLEAR_BATCH_ROWS}
 */
export async function deleteSessionsOf(tx: Tx, userId: number, keep?: string): Promise<number> {
  let some = tx.selectFrom('sessions').select('id').where('user_id', '=', userId)
  if (keep !== undefined) some = some.where('id', '<>', keep)
  return deleteSome(tx, some)
}

/**
 * Deletes a batch of sessions that have expired at `now`, oldest first.
 *
 * @returns how many it deleted, up to {@link CLEAR_BATCH_ROWS}
 */
export async function deleteExpiredSessions(tx: Tx, now: number): Promise<number> {
  const expired = tx.selectFrom('sessions').select('id').where('expires_at', '<=', now).orderBy('expires_at')
  return deleteSome(tx, expired)
}

async function deleteSome(
  tx: Tx,
  some: SelectQueryBuilder<Database, 'sessions', { id: string }>,
): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('sessions')
    .where('id', 'in', some.limit(CLEAR_BATCH_ROWS))
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
