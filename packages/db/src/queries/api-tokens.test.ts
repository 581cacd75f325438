import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { addToken, addUser, sessionId } from '../testing/rows.ts'
import {
  countActiveApiTokens,
  findApiToken,
  findApiTokenNames,
  findRotatedApiToken,
  listApiTokens,
  lockApiToken,
  recordApiTokenUse,
  updateApiToken,
} from './api-tokens.ts'

type Filter = Parameters<typeof listApiTokens>[1]

const all: Filter = { createdBy: undefined, isActive: undefined, beforeId: null, limit: 50, now: 100 }

describe.each(engines)('tokens on $name', (engine) => {
  test('are found by their hash, and by the one before the last rotation', async () => {
    await using database = await engine.create()
    const { store } = database
    const id = await store.write((tx) => addToken(tx, { name: 'Till', hash: sessionId('a') }))
    const find = (letter: string) =>
      store.read(async (reader) => ({
        current: (await findApiToken(reader, sessionId(letter)))?.id,
        rotated: (await findRotatedApiToken(reader, sessionId(letter)))?.id,
      }))
    expect(await find('a')).toEqual({ current: id, rotated: undefined })
    expect(await find('b')).toEqual({ current: undefined, rotated: undefined })
    const rotation = { hash: sessionId('b'), previous_hash: sessionId('a'), previous_until: 9 }
    expect(await store.write((tx) => updateApiToken(tx, id, rotation))).toMatchObject({ id, ...rotation })
    expect(await find('a')).toEqual({ current: undefined, rotated: id })
    expect(await find('b')).toEqual({ current: id, rotated: undefined })
    expect(await store.write((tx) => lockApiToken(tx, id))).toMatchObject({ name: 'Till', ...rotation })
    expect(await store.write((tx) => lockApiToken(tx, id + 1))).toBeUndefined()
    expect(await store.read((reader) => findApiTokenNames(reader, [id, id + 1]))).toEqual(
      new Map([[id, 'Till']]),
    )
  })

  test('keep the latest minute of their use', async () => {
    await using database = await engine.create()
    const { store } = database
    const id = await store.write((tx) => addToken(tx, { hash: sessionId('a') }))
    const lastUsed = async () =>
      (await store.read((reader) => findApiToken(reader, sessionId('a'))))?.last_used_at
    expect(await lastUsed()).toBeNull()
    for (const minute of [60_000, 180_000, 120_000])
      await store.write((tx) => recordApiTokenUse(tx, id, minute))
    expect(await lastUsed()).toBe(180_000)
  })

  test('are listed newest first in pages, by account, and by whether they work', async () => {
    await using database = await engine.create()
    const { store } = database
    const [ann, bob] = await store.write(async (tx) => {
      const admins = [await addUser(tx, { email: 'ann@example.org' }), await addUser(tx)] as const
      for (const created_by of admins) {
        await addToken(tx, { created_by })
        await addToken(tx, { created_by, expires_at: 101 })
        await addToken(tx, { created_by, expires_at: 100 })
        await addToken(tx, { created_by, revoked_at: 50 })
      }
      return admins
    })
    const list = async (filter: Partial<Filter>) =>
      (await store.read((reader) => listApiTokens(reader, { ...all, ...filter }))).map(({ id }) => id)
    expect(await list({})).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
    expect(await list({ beforeId: 7, limit: 2 })).toEqual([6, 5])
    expect(await list({ createdBy: bob })).toEqual([8, 7, 6, 5])
    expect(await list({ isActive: true })).toEqual([6, 5, 2, 1])
    expect(await list({ isActive: false })).toEqual([8, 7, 4, 3])
    expect(await list({ createdBy: ann, isActive: true })).toEqual([2, 1])
    const count = (createdBy: number) =>
      store.read((reader) => countActiveApiTokens(reader, { createdBy, now: 100 }))
    expect(await count(ann)).toBe(2)
    expect(await count(999)).toBe(0)
    const [row] = await store.read((reader) => listApiTokens(reader, { ...all, createdBy: ann, limit: 1 }))
    expect(row).toMatchObject({ creator_email: 'ann@example.org' })
  })
})
