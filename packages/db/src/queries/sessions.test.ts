import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import type { Tx } from '../database.ts'
import { addUser, sessionId } from '../testing/rows.ts'
import { CLEAR_BATCH_ROWS, clearInBatches } from './clear-in-batches.ts'
import {
  deleteExpiredSessions,
  deleteSession,
  deleteSessionByPublicId,
  deleteSessionsOf,
  findSession,
  insertSession,
  listSessions,
  listSessionsById,
  moveSessionExpiry,
  recordSessionUse,
} from './sessions.ts'

describe.each(engines)('sessions on $name', (engine) => {
  /** Two sessions of Ann, `a` and `b`, and one of Bob, `c`. */
  async function signedIn() {
    const database = await engine.create()
    const users = await database.store.write(async (tx) => {
      const ann = await addUser(tx, { email: 'ann@example.org', created_at: 3, mail_opt_out: 1 })
      const bob = await addUser(tx, { email: 'bob@example.org' })
      await insertSession(tx, {
        id: sessionId('a'),
        user_id: ann,
        created_at: 10,
        expires_at: 100,
        public_id: 1,
      })
      await insertSession(tx, {
        id: sessionId('b'),
        user_id: ann,
        created_at: 11,
        expires_at: 200,
        public_id: 2,
      })
      await insertSession(tx, {
        id: sessionId('c'),
        user_id: bob,
        created_at: 12,
        expires_at: 300,
        public_id: 3,
      })
      return { ann, bob }
    })
    const left = async () => {
      const rows = await database.store.read((reader) => reader.selectFrom('sessions').select('id').execute())
      return rows.map((row) => row.id.slice(0, 1)).toSorted()
    }
    /** Adds sessions that expire from 84 to 90. */
    const addMany = (userId: number) =>
      database.store.write(async (tx) => {
        for (let count = 0; count < 600; count += 1) {
          const id = count.toString().padStart(64, '0')
          const public_id = 1_000 + count
          await insertSession(tx, {
            id,
            user_id: userId,
            created_at: 1,
            expires_at: 90 - (count % 7),
            public_id,
          })
        }
      })
    return { database, store: database.store, left, addMany, ...users }
  }

  test('are found with their account', async () => {
    const { database, store, ann } = await signedIn()
    await using _ = database
    expect(await store.read((reader) => findSession(reader, sessionId('a')))).toEqual({
      session: {
        id: sessionId('a'),
        user_id: ann,
        created_at: 10,
        expires_at: 100,
        public_id: 1,
        last_used_at: 0,
        agent: null,
      },
      user: {
        id: ann,
        email: 'ann@example.org',
        password_hash: 'x',
        role: 'reader',
        is_active: 1,
        mail_opt_out: 1,
        created_at: 3,
        verified_at: null,
        erased_at: null,
        locale: 'en',
        manage_generation: 0,
      },
    })
  })

  test('that do not exist are not found', async () => {
    const { database, store } = await signedIn()
    await using _ = database
    for (const id of [sessionId('z'), '', sessionId('A')]) {
      expect(await store.read((reader) => findSession(reader, id))).toBeUndefined()
    }
  })

  test('are listed by account, most recently used first, without expired ones and without a hash', async () => {
    const { database, store, ann, bob } = await signedIn()
    await using _ = database
    const list = (userId: number, now = 0, limit = 10) =>
      store.read((reader) => listSessions(reader, { userId, now, limit }))
    expect((await list(ann)).map((row) => row.public_id)).toEqual([2, 1])
    await store.write((tx) => recordSessionUse(tx, sessionId('a'), { hour: 5, agent: 'curl' }))
    expect((await list(ann)).map((row) => row.public_id)).toEqual([1, 2])
    expect((await list(ann, 0, 1)).map((row) => row.public_id)).toEqual([1])
    expect((await list(ann, 100)).map((row) => row.public_id)).toEqual([2])
    expect(await list(bob)).toEqual([
      { user_id: bob, created_at: 12, expires_at: 300, public_id: 3, last_used_at: 0, agent: null },
    ])
    expect(await list(999)).toEqual([])
  })

  test('are listed in pages by public id', async () => {
    const { database, store, ann } = await signedIn()
    await using _ = database
    const after = async (afterId: number) =>
      (await store.read((reader) => listSessionsById(reader, { userId: ann, afterId, limit: 1 }))).map(
        (row) => row.public_id,
      )
    expect([await after(0), await after(1), await after(2)]).toEqual([[1], [2], []])
  })

  test('record a use once an hour, and keep a known agent', async () => {
    const { database, store, ann } = await signedIn()
    await using _ = database
    const use = async (hour: number, agent: string | null) => {
      await store.write((tx) => recordSessionUse(tx, sessionId('a'), { hour, agent }))
      const [first] = await store.read((reader) => listSessions(reader, { userId: ann, now: 0, limit: 1 }))
      return [first?.public_id, first?.last_used_at, first?.agent]
    }
    expect(await use(7, 'curl')).toEqual([1, 7, 'curl'])
    expect(await use(7, 'Python')).toEqual([1, 7, 'curl'])
    expect(await use(6, 'Python')).toEqual([1, 7, 'curl'])
    expect(await use(8, null)).toEqual([1, 8, 'curl'])
    expect(await use(9, 'Python')).toEqual([1, 9, 'Python'])
  })

  test('are deleted by public id, by their account only and before they expire', async () => {
    const { database, store, left, ann, bob } = await signedIn()
    await using _ = database
    const end = (userId: number, publicId: number, now = 0) =>
      store.write((tx) => deleteSessionByPublicId(tx, { userId, publicId, now }))
    expect(await end(ann, 3)).toBe(false)
    expect(await end(bob, 1)).toBe(false)
    expect(await end(ann, 1, 100)).toBe(false)
    expect(await left()).toEqual(['a', 'b', 'c'])
    expect(await end(ann, 1)).toBe(true)
    expect(await end(ann, 1)).toBe(false)
    expect(await left()).toEqual(['b', 'c'])
  })

  test('are deleted together for one account, except one', async () => {
    const { database, store, left, ann } = await signedIn()
    await using _ = database
    await store.write((tx) => deleteSessionsOf(tx, ann, sessionId('b')))
    expect(await left()).toEqual(['b', 'c'])
  })

  test('are extended one by one, never shortened, and missing ones are ignored', async () => {
    const { database, store } = await signedIn()
    await using _ = database
    await store.write((tx) => moveSessionExpiry(tx, sessionId('a'), 999))
    // A slower, earlier request does not shorten it.
    await store.write((tx) => moveSessionExpiry(tx, sessionId('a'), 998))
    await store.write((tx) => moveSessionExpiry(tx, sessionId('z'), 999))
    const rows = await store.read((reader) =>
      reader.selectFrom('sessions').select('expires_at').orderBy('id').execute(),
    )
    expect(rows.map((row) => row.expires_at)).toEqual([999, 200, 300])
  })

  test('are deleted one by one', async () => {
    const { database, store, left } = await signedIn()
    await using _ = database
    await store.write((tx) => deleteSession(tx, sessionId('a')))
    await store.write((tx) => deleteSession(tx, sessionId('a')))
    expect(await left()).toEqual(['b', 'c'])
  })

  test('are deleted together for one account', async () => {
    const { database, store, left, ann } = await signedIn()
    await using _ = database
    await store.write((tx) => deleteSessionsOf(tx, ann))
    expect(await left()).toEqual(['c'])
  })

  test.each([
    { now: 99, stay: ['a', 'b', 'c'] },
    { now: 100, stay: ['b', 'c'] },
    { now: 250, stay: ['c'] },
    { now: 300, stay: [] },
  ])('that expired by $now are deleted, and $stay are kept', async ({ now, stay }) => {
    const { database, store, left } = await signedIn()
    await using _ = database
    await store.write((tx) => deleteExpiredSessions(tx, now))
    expect(await left()).toEqual(stay)
  })

  test('of one account are deleted in batches, without affecting other accounts', async () => {
    const { database, store, left, addMany, ann } = await signedIn()
    await using _ = database
    await addMany(ann)
    expect(await store.write((tx) => deleteSessionsOf(tx, ann))).toBe(CLEAR_BATCH_ROWS)
    expect((await left()).length).toBeGreaterThan(300)
    await clearInBatches(store, (tx) => deleteSessionsOf(tx, ann))
    expect(await left()).toEqual(['c'])
  })

  test('are no longer deleted after an abort, so that a shutdown does not wait', async () => {
    const { database, store, left, addMany, ann } = await signedIn()
    await using _ = database
    await addMany(ann)
    const stopping = new AbortController()
    const clearSome = async (tx: Tx) => {
      stopping.abort()
      return deleteExpiredSessions(tx, 99)
    }
    await clearInBatches(store, clearSome, stopping)
    expect((await left()).length).toBeGreaterThan(300)
  })

  test('that expired are deleted in batches', async () => {
    const { database, store, left, addMany, ann } = await signedIn()
    await using _ = database
    await addMany(ann)
    expect(await store.write((tx) => deleteExpiredSessions(tx, 99))).toBe(CLEAR_BATCH_ROWS)
    expect((await left()).length).toBeGreaterThan(300)
    await clearInBatches(store, (tx) => deleteExpiredSessions(tx, 99))
    expect(await left()).toEqual(['a', 'b', 'c'])
    expect(await store.write((tx) => deleteExpiredSessions(tx, 99))).toBe(0)
  })
})
