import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'
import { engines } from '../testing/index.ts'
import { CLEAR_BATCH_ROWS, clearInBatches } from './clear-in-batches.ts'
import {
  countTry,
  deleteCountsOf,
  deleteExpiredCounts,
  findCounts,
  keepMark,
  takeBackTry,
} from './throttle-counts.ts'

const key = 'a'.repeat(64)
const other = 'b'.repeat(64)
const three = { key, limit: 3, windowMs: 100 }

const tryAt = (store: Store, now: number, count = three) => store.write((tx) => countTry(tx, count, now))
const findAt = async (store: Store, now: number) =>
  (await store.read((reader) => findCounts(reader, [key], now))).get(key)

async function rowsOf(store: Store) {
  return store.read((reader) => reader.selectFrom('throttle_counts').selectAll().orderBy('key').execute())
}

describe.each(engines)('counts of attempts on $name', (engine) => {
  test('go up to the limit and no further, separately for each key', async () => {
    await using database = await engine.create()
    const { store } = database
    for (const now of [10, 20, 30]) {
      expect(await tryAt(store, now)).toEqual({ counted: true, expiresAt: 110 })
    }
    expect(await findAt(store, 40)).toEqual({ tries: 3, expiresAt: 110 })
    expect(await tryAt(store, 40)).toEqual({ counted: false, expiresAt: 110 })
    expect(await tryAt(store, 40, { ...three, key: other })).toEqual({ counted: true, expiresAt: 140 })
    expect(await rowsOf(store)).toEqual([
      { key, tries: 3, expires_at: 110 },
      { key: other, tries: 1, expires_at: 140 },
    ])
  })

  test('restart when their window has ended', async () => {
    await using database = await engine.create()
    const { store } = database
    for (const now of [10, 20, 30]) await tryAt(store, now)
    expect(await tryAt(store, 109)).toEqual({ counted: false, expiresAt: 110 })
    expect(await findAt(store, 109)).toEqual({ tries: 3, expiresAt: 110 })
    expect(await findAt(store, 110)).toBeUndefined()
    expect(await tryAt(store, 110)).toEqual({ counted: true, expiresAt: 210 })
    expect(await rowsOf(store)).toEqual([{ key, tries: 1, expires_at: 210 }])
  })

  test('go down when attempts are taken back, never below 0, and then restart', async () => {
    await using database = await engine.create()
    const { store } = database
    await tryAt(store, 10)
    await tryAt(store, 20)
    const takeBack = () => store.write((tx) => takeBackTry(tx, { key, expiresAt: 110 }))
    await takeBack()
    expect(await rowsOf(store)).toEqual([{ key, tries: 1, expires_at: 110 }])
    await takeBack()
    await takeBack()
    expect(await rowsOf(store)).toEqual([{ key, tries: 0, expires_at: 110 }])
    expect(await tryAt(store, 30)).toEqual({ counted: true, expiresAt: 130 })
  })

  test('are not changed when an attempt of an earlier window is taken back', async () => {
    await using database = await engine.create()
    const { store } = database
    const { expiresAt } = await tryAt(store, 10)
    await tryAt(store, 500)
    await store.write((tx) => takeBackTry(tx, { key, expiresAt }))
    expect(await rowsOf(store)).toEqual([{ key, tries: 1, expires_at: 600 }])
  })

  test('and marks are found until they expire, and can be kept for longer', async () => {
    await using database = await engine.create()
    const { store } = database
    await store.write((tx) => keepMark(tx, key, 100))
    expect(await findAt(store, 99)).toEqual({ tries: 1, expiresAt: 100 })
    expect(await findAt(store, 100)).toBeUndefined()
    await store.write((tx) => keepMark(tx, key, 200))
    expect(await findAt(store, 199)).toEqual({ tries: 1, expiresAt: 200 })
  })

  test('are deleted by the beginning of their key, in batches, and no others', async () => {
    await using database = await engine.create()
    const { store } = database
    const account = '0f'.repeat(16)
    const neighbours = ['0e'.repeat(15) + '0f', '0f'.repeat(15) + '0e', '10'.repeat(16)]
    await store.write(async (tx) => {
      for (const prefix of neighbours) await keepMark(tx, prefix + 'f'.repeat(32), 100)
      await keepMark(tx, account + '0'.repeat(32), 100)
      await keepMark(tx, account + 'f'.repeat(32), 100)
      for (let count = 0; count < 300; count += 1)
        await countTry(tx, { ...three, key: account + count.toString().padStart(32, '0') }, 10)
    })
    expect(await store.write((tx) => deleteCountsOf(tx, account))).toBe(CLEAR_BATCH_ROWS)
    await clearInBatches(store, (tx) => deleteCountsOf(tx, account))
    expect((await rowsOf(store)).map((row) => row.key.slice(0, 32))).toEqual(neighbours)
  })

  test('are deleted when their window has ended', async () => {
    await using database = await engine.create()
    const { store } = database
    await tryAt(store, 10)
    await tryAt(store, 11, { ...three, key: other })
    await store.write((tx) => deleteExpiredCounts(tx, 110))
    expect(await rowsOf(store)).toEqual([{ key: other, tries: 1, expires_at: 111 }])
  })

  test('are deleted in batches', async () => {
    await using database = await engine.create()
    const { store } = database
    await store.write(async (tx) => {
      for (let count = 0; count < 600; count += 1)
        await countTry(tx, { ...three, key: count.toString().padStart(64, '0') }, 10)
    })
    expect(await store.write((tx) => deleteExpiredCounts(tx, 110))).toBe(CLEAR_BATCH_ROWS)
    expect((await rowsOf(store)).length).toBeGreaterThan(300)
    await clearInBatches(store, (tx) => deleteExpiredCounts(tx, 110))
    expect(await rowsOf(store)).toEqual([])
  })

  test('stop at the limit for fifty concurrent attempts through two stores', async () => {
    await using database = await engine.create({ lockWaitMs: 25_000 })
    await using disposables = new AsyncDisposableStack()
    const second = await openStore(database.url, { lockWaitMs: 25_000 })
    disposables.defer(() => second.close())
    const twenty = { key, limit: 20, windowMs: 1_000 }
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => tryAt(index % 2 === 0 ? database.store : second, 10, twenty)),
    )
    expect(outcomes.filter(({ counted }) => counted)).toHaveLength(20)
    expect(await rowsOf(second)).toEqual([{ key, tries: 20, expires_at: 1_010 }])
  })
})
