import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { addUser } from '../testing/rows.ts'
import { closeAccountLink, closeExpiredLinks, findAccountLink, openAccountLink } from './account-links.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'

describe.each(engines)('the link of an account on $name', (engine) => {
  test('replaces the one before, per account and purpose', async () => {
    await using database = await engine.create()
    const { store } = database
    const [userId, other] = await store.write(async (tx) => [await addUser(tx), await addUser(tx)])
    const open = (link: Parameters<typeof openAccountLink>[1]) =>
      store.write((tx) => openAccountLink(tx, link))
    const find = (id: number, purpose: 'reset' | 'verify') =>
      store.read((reader) => findAccountLink(reader, id, purpose))
    expect(await open({ userId, purpose: 'verify', expiresAt: 5, email: 'new@example.org' })).toBe(1)
    expect(await open({ userId, purpose: 'reset', expiresAt: 5 })).toBe(1)
    expect(await open({ userId: other, purpose: 'reset', expiresAt: 5 })).toBe(1)
    expect(await open({ userId, purpose: 'reset', expiresAt: 6 })).toBe(2)
    expect(await find(userId, 'verify')).toMatchObject({ generation: 1, email: 'new@example.org' })
    expect(await find(userId, 'reset')).toMatchObject({
      generation: 2,
      expires_at: 6,
      email: null,
      role: null,
    })
    expect(await find(other, 'reset')).toMatchObject({ generation: 1 })
    expect(await find(other, 'verify')).toBeUndefined()
  })

  test('closes once under any concurrency, and never works again', async () => {
    await using database = await engine.create()
    const { store } = database
    const userId = await store.write((tx) => addUser(tx))
    const link = { userId, purpose: 'invite', expiresAt: 5, role: 'admin' } as const
    const open = () => store.write((tx) => openAccountLink(tx, link))
    const close = (generation: number) =>
      store.write((tx) => closeAccountLink(tx, { userId, purpose: 'invite', generation }))
    const first = await open()
    const closed = await Promise.all(Array.from({ length: 8 }, () => close(first)))
    expect(closed.filter(Boolean)).toHaveLength(1)
    expect(await store.read((reader) => findAccountLink(reader, userId, 'invite'))).toBeUndefined()
    const next = await open()
    expect(next).toBeGreaterThan(first)
    expect(await close(first)).toBe(false)
    expect(await close(next)).toBe(true)
  })

  test('is closed once it expired long ago, and keeps its generation', async () => {
    await using database = await engine.create()
    const { store } = database
    const rows = () =>
      store.read((reader) => reader.selectFrom('account_links').selectAll().orderBy('purpose').execute())
    const userId = await store.write(async (tx) => {
      const user = await addUser(tx)
      await openAccountLink(tx, { userId: user, purpose: 'invite', expiresAt: 5, role: 'admin' })
      await openAccountLink(tx, { userId: user, purpose: 'reset', expiresAt: 6 })
      await openAccountLink(tx, { userId: user, purpose: 'verify', expiresAt: 5, email: 'new@example.org' })
      return user
    })
    expect(await store.write((tx) => closeExpiredLinks(tx, 4))).toBe(0)
    expect(await store.write((tx) => closeExpiredLinks(tx, 5))).toBe(2)
    const closed = { user_id: userId, generation: 1, expires_at: 0, email: null, role: null }
    expect(await rows()).toEqual([
      { ...closed, purpose: 'invite' },
      { ...closed, purpose: 'reset', expires_at: 6 },
      { ...closed, purpose: 'verify' },
    ])
    expect(await store.write((tx) => closeExpiredLinks(tx, 5))).toBe(0)
    expect(await store.write((tx) => openAccountLink(tx, { userId, purpose: 'invite', expiresAt: 9 }))).toBe(
      2,
    )
  })

  test('is closed in batches when many have expired', async () => {
    await using database = await engine.create()
    const { store } = database
    await store.write(async (tx) => {
      for (let count = 0; count < CLEAR_BATCH_ROWS + 3; count += 1)
        await openAccountLink(tx, { userId: await addUser(tx), purpose: 'reset', expiresAt: 5 })
    })
    expect(await store.write((tx) => closeExpiredLinks(tx, 5))).toBe(CLEAR_BATCH_ROWS)
    expect(await store.write((tx) => closeExpiredLinks(tx, 5))).toBe(3)
  })
})
