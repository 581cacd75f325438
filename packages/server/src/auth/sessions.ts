import { hash } from 'node:crypto'
import { Lucia, TimeSpan, type Adapter, type DatabaseSession, type DatabaseUser } from 'lucia'
import {
  clearInBatches,
  deleteExpiredSessions,
  deleteSession,
  deleteSessionsOf,
  findSession,
  insertSession,
  listSessions,
  moveSessionExpiry,
  type Store,
  type Tx,
  type UserRow,
} from '@prebook/db'

// Only this file depends on Lucia: see docs/decisions/0004-lucia-behind-one-file.md.
declare module 'lucia' {
  interface Register {
    Lucia: Lucia<Record<string, never>, { row: UserRow }>
    UserId: number
    DatabaseUserAttributes: { row: UserRow }
  }
}

/** A session ends this long after its last use. */
const SLIDING = new TimeSpan(14, 'd')
/** A session ends this long after it started, even if it is in use. */
const ABSOLUTE = new TimeSpan(90, 'd')

const COOKIE_NAME = 'prebook_session'

/** The session of a token. */
export type Session = { user: UserRow }

/** Sessions are opaque random tokens. Only their hashes are stored. */
export type Sessions = {
  /** Starts a session. The token cannot be read again. `expiresAt` is in milliseconds UTC. */
  start(userId: number): Promise<{ token: string; expiresAt: number }>
  /** Finds the session of a token, or null. Extends the session when half of its time has passed. */
  find(token: string): Promise<Session | null>
  end(token: string): Promise<void>
  endAll(userId: number): Promise<void>
  /** Deletes expired sessions, until the signal is aborted. */
  sweep(signal?: AbortSignal): Promise<void>
}

/** Creates the sessions on a store. */
export function createSessions(store: Store): Sessions {
  const lucia = new Lucia(storeAdapter(store), {
    sessionExpiresIn: SLIDING,
    getUserAttributes: (attributes) => attributes,
  })
  return {
    async start(userId) {
      const session = await lucia.createSession(userId, {})
      return { token: session.id, expiresAt: session.expiresAt.getTime() }
    },
    async find(token) {
      const { user } = await lucia.validateSession(token)
      return user === null ? null : { user: user.row }
    },
    end: (token) => lucia.invalidateSession(token),
    endAll: (userId) => lucia.invalidateUserSessions(userId),
    sweep: (signal) => clearExpired(store, signal),
  }
}

/** The token in an `Authorization: Bearer …` header, or null. */
export function readBearerToken(authorization: string): string | null {
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? null
}

/** The token in a `Cookie` header, or null. */
export function readCookieToken(cookie: string): string | null {
  return readCookie(cookie, COOKIE_NAME)
}

/** The value of one cookie in a `Cookie` header, or null. */
export function readCookie(cookie: string, name: string): string | null {
  for (const pair of cookie.split(';')) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name && value !== undefined && value !== '') return value
  }
  return null
}

/**
 * The `Set-Cookie` header that stores the token out of reach of scripts, or clears it when the token is null. The cookie
 * lasts as long as the longest session; the server decides when the session ends.
 *
 * @param secure whether browsers reach the service by HTTPS
 */
export function sessionCookie(token: string | null, secure: boolean): string {
  const maxAge = token === null ? 0 : ABSOLUTE.seconds()
  return `${COOKIE_NAME}=${token ?? ''}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure ? '; Secure' : ''}`
}

function hashToken(token: string): string {
  return hash('sha256', token)
}

/** Adapts our tables to Lucia. Lucia's session ids are tokens; ours are hashes of them. */
function storeAdapter(store: Store): Adapter {
  return {
    async getSessionAndUser(token): Promise<[DatabaseSession | null, DatabaseUser | null]> {
      const found = await store.read((reader) => findSession(reader, hashToken(token)))
      if (found === undefined) return [null, null]
      const { session, user } = found
      return [
        { id: token, userId: user.id, expiresAt: new Date(session.expires_at), attributes: {} },
        { id: user.id, attributes: { row: user } },
      ]
    },
    async getUserSessions(userId) {
      const sessions = await store.read((reader) => listSessions(reader, userId))
      return sessions.map(({ id, expires_at }) => ({
        id,
        userId,
        expiresAt: new Date(expires_at),
        attributes: {},
      }))
    },
    async setSession({ id, userId, expiresAt }) {
      await store.write((tx) =>
        insertSession(tx, {
          id: hashToken(id),
          user_id: userId,
          created_at: expiresAt.getTime() - SLIDING.milliseconds(),
          expires_at: expiresAt.getTime(),
        }),
      )
    },
    async updateSessionExpiration(token, expiresAt) {
      const id = hashToken(token)
      const found = await store.read((reader) => findSession(reader, id))
      if (found === undefined) return
      const end = Math.min(expiresAt.getTime(), found.session.created_at + ABSOLUTE.milliseconds())
      // A session near its absolute end cannot be extended. Skip the write, which would recur on every request.
      if (end <= found.session.expires_at) return
      // Not awaited: a locked store must not block a request that only reads. If this fails, a later request retries;
      // half of the session's time is left for that.
      store.write((tx) => moveSessionExpiry(tx, id, end)).catch(() => {})
    },
    async deleteSession(token) {
      const id = hashToken(token)
      const end = async (tx: Tx) => {
        const found = await findSession(tx, id)
        await deleteSession(tx, id)
        return found?.user.id ?? null
      }
      await store.write(end, (userId) => (userId === null ? null : { kind: 'user', userId }))
    },
    async deleteUserSessions(userId) {
      await clearInBatches(store, (tx) => deleteSessionsOf(tx, userId), {
        eventFor: () => ({ kind: 'user', userId }),
      })
    },
    deleteExpiredSessions: () => clearExpired(store),
  }
}

function clearExpired(store: Store, signal?: AbortSignal): Promise<void> {
  return clearInBatches(store, (tx) => deleteExpiredSessions(tx, Date.now()), { signal })
}
