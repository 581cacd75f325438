import { hash, randomInt } from 'node:crypto'
import { Lucia, TimeSpan, type Adapter, type DatabaseSession, type DatabaseUser } from 'lucia'
import { agentFamily, PrebookError, SESSION_DAYS } from '@prebook/core'
import {
  CLEAR_BATCH_ROWS,
  clearInBatches,
  deleteExpiredSessions,
  deleteSession,
  deleteSessionsOf,
  findSession,
  insertSession,
  moveSessionExpiry,
  recordSessionUse,
  replacePasswordHash,
  type Store,
  type Tx,
  type UserRow,
} from '@prebook/db'

// Only this file depends on Lucia: see docs/decisions/0004-lucia-behind-one-file.md.
declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionFacts, { row: UserRow }>
    UserId: number
    DatabaseUserAttributes: { row: UserRow }
    DatabaseSessionAttributes: SessionFacts
  }
}

const SLIDING = new TimeSpan(SESSION_DAYS.sliding, 'd')
const ABSOLUTE = new TimeSpan(SESSION_DAYS.absolute, 'd')

/**
 * The name of the session cookie. Over HTTPS, browsers accept the prefixed name only from this very host and over HTTPS, so
 * neither a sibling domain nor somebody on the network can plant a session. Over HTTP they would not accept it at all.
 */
const cookieName = (secure: boolean) => (secure ? '__Host-prebook_session' : 'prebook_session')

/** The precision of the time of a session's last use, and how often it is written at most. */
const HOUR_MS = 3_600_000

/** Of a session, what Lucia passes through. */
type SessionFacts = {
  publicId: number
  lastUsedAt: number
  agent: string | null
  /** When a session starts: the password hash that was verified. */
  verified?: string | undefined
}

/** The session of a token. */
export type Session = { user: UserRow; publicId: number }

/** How a session starts. */
export type SessionStart = { userAgent?: string | null; verified?: string }

/** Sessions are opaque random tokens. Only their hashes are stored. */
export type Sessions = {
  /**
   * Starts a session. The token cannot be read again. `expiresAt` is in milliseconds UTC.
   *
   * @param start.verified the password hash that was verified, if one was. It must still be the account's
   * @throws PrebookError `AUTH_INVALID_CREDENTIALS` when the password was changed since it was verified
   */
  start(userId: number, start?: SessionStart): Promise<{ token: string; expiresAt: number }>
  /**
   * Finds the session of a token, or null. Extends the session when half of its time has passed, and records its use
   * once an hour. Waits for neither.
   *
   * @param userAgent the `User-Agent` header of the request. Only its family is stored
   */
  find(token: string, userAgent?: string | null): Promise<Session | null>
  end(token: string): Promise<void>
  /** Ends every session of the account, except that of the token, if given. */
  endAll(userId: number, exceptToken?: string): Promise<void>
  /** Deletes what {@link endAll} deletes, in a transaction of the caller, who publishes the event. */
  endAllIn(tx: Tx, userId: number, exceptToken?: string): Promise<void>
  /** Deletes expired sessions, until the signal is aborted, and returns how many. */
  sweep(signal?: AbortSignal): Promise<number>
}

/** Creates the sessions on a store. */
export function createSessions(store: Store): Sessions {
  const lucia = new Lucia(storeAdapter(store), {
    sessionExpiresIn: SLIDING,
    getUserAttributes: (attributes) => attributes,
    getSessionAttributes: (facts) => facts,
  })
  const endAll = (userId: number, keep?: string) =>
    clearInBatches(store, (tx) => deleteSessionsOf(tx, userId, keep), {
      eventFor: () => ({ kind: 'user', userId }),
    })
  // Of the requests that arrive before the first one is written, only one writes.
  const recording = new Set<string>()

  function recordUse(token: string, userAgent: string | null): void {
    const id = hashToken(token)
    if (recording.has(id)) return
    recording.add(id)
    const use = { hour: startOfHour(Date.now()), agent: familyOf(userAgent) }
    // Not awaited, like the extension of a session: a locked store must not block a request that only reads.
    store
      .write((tx) => recordSessionUse(tx, id, use))
      .catch(() => {})
      .finally(() => recording.delete(id))
  }

  return {
    async start(userId, { userAgent = null, verified } = {}) {
      const facts = {
        publicId: randomPublicId(),
        lastUsedAt: startOfHour(Date.now()),
        agent: familyOf(userAgent),
        verified,
      }
      const session = await lucia.createSession(userId, facts)
      return { token: session.id, expiresAt: session.expiresAt.getTime() }
    },
    async find(token, userAgent = null) {
      const { user, session } = await lucia.validateSession(token)
      if (user === null) return null
      if (session.lastUsedAt < startOfHour(Date.now())) recordUse(token, userAgent)
      return { user: user.row, publicId: session.publicId }
    },
    end: (token) => lucia.invalidateSession(token),
    async endAll(userId, exceptToken) {
      await endAll(userId, exceptToken === undefined ? undefined : hashToken(exceptToken))
    },
    async endAllIn(tx, userId, exceptToken) {
      const keep = exceptToken === undefined ? undefined : hashToken(exceptToken)
      while ((await deleteSessionsOf(tx, userId, keep)) === CLEAR_BATCH_ROWS) {
        // Continue with the next batch.
      }
    },
    sweep: (signal) => clearInBatches(store, (tx) => deleteExpiredSessions(tx, Date.now()), { signal }),
  }
}

function familyOf(userAgent: string | null): string | null {
  return userAgent === null ? null : agentFamily(userAgent)
}

function startOfHour(time: number): number {
  return time - (time % HOUR_MS)
}

/** A random number of 48 bits, the most that `randomInt` gives. The schema makes it unique within the account. */
function randomPublicId(): number {
  return randomInt(1, 2 ** 48)
}

/** The token in an `Authorization: Bearer …` header, or null. */
export function readBearerToken(authorization: string): string | null {
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? null
}

/**
 * The token in a `Cookie` header, or null.
 *
 * @param secure whether browsers reach the service by HTTPS. Then only a cookie with the prefix counts
 */
export function readCookieToken(cookie: string, secure: boolean): string | null {
  return readCookie(cookie, cookieName(secure))
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
 * The `Set-Cookie` headers that store the token out of reach of scripts, or clear it when the token is null. The cookie
 * lasts as long as the longest session; the server decides when the session ends.
 *
 * @param secure whether browsers reach the service by HTTPS
 */
export function sessionCookies(token: string | null, secure: boolean): string[] {
  const maxAge = token === null ? 0 : ABSOLUTE.seconds()
  const cookie = (name: string) =>
    `${name}=${token ?? ''}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure ? '; Secure' : ''}`
  const own = cookie(cookieName(secure))
  // One from a time before HTTPS no longer counts, but should not stay in the browser.
  return token === null && secure ? [own, cookie(cookieName(false))] : [own]
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
        {
          id: token,
          userId: user.id,
          expiresAt: new Date(session.expires_at),
          attributes: {
            publicId: session.public_id,
            lastUsedAt: session.last_used_at,
            agent: session.agent,
          },
        },
        { id: user.id, attributes: { row: user } },
      ]
    },
    async setSession({ id, userId, expiresAt, attributes }) {
      const { publicId, lastUsedAt, agent, verified } = attributes
      await store.write(async (tx) => {
        // Otherwise a sign-in that overlaps a change of the password would leave a session of the old one behind.
        if (
          verified !== undefined &&
          !(await replacePasswordHash(tx, { userId, from: verified, to: verified }))
        )
          throw new PrebookError('AUTH_INVALID_CREDENTIALS')
        await insertSession(tx, {
          id: hashToken(id),
          user_id: userId,
          created_at: expiresAt.getTime() - SLIDING.milliseconds(),
          expires_at: expiresAt.getTime(),
          public_id: publicId,
          last_used_at: lastUsedAt,
          agent,
        })
      })
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
    // The rest of the adapter is not used: these methods need no Lucia.
    getUserSessions: unused,
    deleteUserSessions: unused,
    deleteExpiredSessions: unused,
  }
}

function unused(): never {
  throw new Error('Not used.')
}
