import { describe, expect, test } from 'vitest'
import type { Reader } from '../database.ts'
import { engines } from '../testing/index.ts'
import { addBook, addPrebook, addUser, addWaitlist, sessionId } from '../testing/rows.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'
import { deleteConsentsOf, insertConsent, listConsents } from './consents.ts'
import {
  claimWish,
  deleteExpiredWishes,
  findUsedWish,
  forgetWishesOf,
  recordWishPrebook,
} from './used-wishes.ts'

const hash = sessionId('a')
const consent = { version: '2026-11-30', locale: 'fr', givenAt: 5 }

const hashesIn = async (reader: Reader) =>
  (await reader.selectFrom('used_wishes').select('hash').orderBy('hash').execute()).map((row) => row.hash)

describe.each(engines)('used wishes on $name', (engine) => {
  test('are claimed once, also by many at the same time', async () => {
    await using database = await engine.create()
    const { store } = database
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => store.write((tx) => claimWish(tx, { hash, expiresAt: 7 }))),
    )
    expect(claims.filter((claimed) => claimed)).toHaveLength(1)
    expect(await store.write((tx) => claimWish(tx, { hash, expiresAt: 8 }))).toBe(false)
    expect(await store.read((reader) => findUsedWish(reader, sessionId('b')))).toBeUndefined()
  })

  test('lead to their prebook until they are separated from it, and are then still used', async () => {
    await using database = await engine.create()
    const { store } = database
    const [userId, other] = await store.write(async (tx) => [await addUser(tx), await addUser(tx)])
    const prebookId = await store.write(async (tx) => {
      const waitlist_id = await addWaitlist(tx, { book_id: await addBook(tx) })
      const ids = []
      for (const user_id of [userId, other]) ids.push(await addPrebook(tx, { waitlist_id, user_id }))
      for (const [index, id] of ids.entries()) {
        const each = sessionId('ab'[index] ?? '')
        await claimWish(tx, { hash: each, expiresAt: 7 })
        await recordWishPrebook(tx, { hash: each, prebookId: id, manageGeneration: 2 })
        await insertConsent(tx, { ...consent, prebookId: id })
      }
      return ids[0] ?? 0
    })
    const own = () => store.read((reader) => findUsedWish(reader, hash))
    expect(await own()).toEqual({ prebook: { id: prebookId, userId, manageGeneration: 2 } })
    expect(await store.write((tx) => forgetWishesOf(tx, userId))).toBe(1)
    expect(await own()).toEqual({ prebook: null })
    expect(await store.write((tx) => claimWish(tx, { hash, expiresAt: 7 }))).toBe(false)
    expect(await store.write((tx) => forgetWishesOf(tx, userId))).toBe(0)
    expect(await store.read((reader) => findUsedWish(reader, sessionId('b')))).toMatchObject({
      prebook: { userId: other },
    })

    // The first consent for a prebook stays.
    await store.write((tx) => insertConsent(tx, { ...consent, prebookId, version: 'later' }))
    const page = { userId, limit: 10 }
    expect(await store.read((reader) => listConsents(reader, { ...page, afterId: 0 }))).toEqual([
      { prebookId, ...consent },
    ])
    expect(await store.read((reader) => listConsents(reader, { ...page, afterId: prebookId }))).toEqual([])
    expect(await store.write((tx) => deleteConsentsOf(tx, userId))).toBe(1)
    const left = await store.read((reader) => reader.selectFrom('consents').selectAll().execute())
    expect(left).toHaveLength(1)
  })

  test('are deleted in batches once their links have expired, the oldest first', async () => {
    await using database = await engine.create()
    const { store } = database
    const many = CLEAR_BATCH_ROWS + 2
    await store.write(async (tx) => {
      for (let expiresAt = 1; expiresAt <= many; expiresAt += 1)
        await claimWish(tx, { hash: String(expiresAt).padStart(5, '0'), expiresAt })
    })
    const clear = () => store.write((tx) => deleteExpiredWishes(tx, many - 1))
    expect(await clear()).toBe(CLEAR_BATCH_ROWS)
    expect(await store.read(hashesIn)).toEqual([many - 1, many].map((end) => String(end).padStart(5, '0')))
    expect(await clear()).toBe(1)
    expect(await store.read(hashesIn)).toEqual([String(many).padStart(5, '0')])
    expect(await clear()).toBe(0)
  })
})
