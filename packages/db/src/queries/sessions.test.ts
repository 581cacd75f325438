import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import type { Tx } from '../database.ts'
import { addUser, sessionId } from '../testing/rows.ts'
import { clearInBatches } from './clear-in-batches.ts'
import {
  deleteExpiredSessions,
  deleteSession,
  deleteSessionsOf,
  findSession,
  insertSession,
  listSessions,
  moveSessionExpiry,
} from './sessions.ts'

describe.each(engines)('sessions on $name', (engine) => {
  /** Two sessions of Ann, `a` and `b`, and one of Bob, `c`. */
  async function signedIn() {
    const database = await engine.create()
    const users = await database.store.write(async (tx) => {
      const ann = await addUser(tx, { email: 'ann@example.org', created_at: 3, mail_opt_out: 1 })
      const bob = await addUser(tx, { email: 'bob@example.org' })
      await insertSession(tx, { id: sessionId('a'), user_id: ann, created_at: 10, expires_at: 100 })
      await insertSession(tx, { id: sessionId('b'), user_id: ann, created_at: 11, expires_at: 200 })
      await insertSession(tx, { id: sessionId('c'), user_id: bob, created_at: 12, expires_at: 300 })
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
          await insertSession(tx, { id, user_id: userId, created_at: 1, expires_at: 90 - (count % 7) })
        }
      })
    return { database, store: database.store, left, addMany, ...users }
  }

  test('are found with their account', async () => {
    const { database, store, ann } = await signedIn()
    await using _ = database
    expect(await store.read((reader) => findSession(reader, sessionId('a')))).toEqual({
      session: { id: sessionId('a'), user_id: ann, created_at: 10, expires_at: 100 },
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

  test('are listed by account', async () => {
    const { database, store, ann, bob } = await signedIn()
    await using _ = database
    const mine = await store.read((reader) => listSessions(reader, ann))
    expect(mine.map((row) => row.id).toSorted()).toEqual([sessionId('a'), sessionId('b')])
    const others = await store.read((reader) => listSessions(reader, bob))
    expect(others).toEqual([{ id: sessionId('c'), user_id: bob, created_at: 12, expires_at: 300 }])
    expect(await store.read((reader) => listSessions(reader, 999))).toEqual([])
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
    expect(await store.write((tx) => deleteSessionsOf(tx, ann))).toBe(true)
    expect((await left()).length).toBeGreaterThan(300)
    await clearInBatches(store, (tx) => deleteSessionsOf(tx, ann))
    expect(await store.read((reader) => listSessions(reader, ann))).toEqual([])
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
    expect(await store.write((tx) => deleteExpiredSessions(tx, 99))).toBe(true)
    expect((await left()).length).toBeGreaterThan(300)
    await clearInBatches(store, (tx) => deleteExpiredSessions(tx, 99))
    expect(await left()).toEqual(['a', 'b', 'c'])
    expect(await store.write((tx) => deleteExpiredSessions(tx, 99))).toBe(false)
  })
})
