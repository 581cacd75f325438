import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { idsOfPages } from '../testing/page-ids.ts'
import { addUser } from '../testing/rows.ts'
import { eraseIdentity } from './erasures.ts'
import {
  findEmails,
  findUser,
  findUserByEmail,
  hasOtherActiveAdmin,
  insertUser,
  listUsers,
  replacePasswordHash,
  updateUser,
} from './users.ts'

const ann = { email: 'ann@example.org', passwordHash: '$argon2id$', role: 'reader', now: 4 } as const
type Filter = Parameters<typeof listUsers>[1]
const noFilter: Filter = {
  text: undefined,
  role: undefined,
  isActive: undefined,
  beforeId: null,
  limit: 100,
}

describe.each(engines)('accounts on $name', (engine) => {
  test('start active and with mail, and are found by id and by address', async () => {
    await using database = await engine.create()
    const { store } = database
    const added = await store.write((tx) => insertUser(tx, ann))
    expect(added).toEqual({
      id: expect.any(Number),
      email: 'ann@example.org',
      password_hash: '$argon2id$',
      role: 'reader',
      is_active: 1,
      mail_opt_out: 0,
      created_at: 4,
      verified_at: null,
      erased_at: null,
      locale: 'en',
      manage_generation: 0,
    })
    expect(await store.read((reader) => findUser(reader, added?.id ?? 0))).toEqual(added)
    expect(await store.read((reader) => findUserByEmail(reader, 'ann@example.org'))).toEqual(added)
    expect(await store.read((reader) => findUser(reader, 999))).toBeUndefined()
    expect(await store.read((reader) => findUserByEmail(reader, 'bob@example.org'))).toBeUndefined()
  })

  test('get a new password only if the old one is still the expected one', async () => {
    await using database = await engine.create()
    const { store } = database
    const { userId, other } = await store.write(async (tx) => ({
      userId: await addUser(tx, { password_hash: 'old' }),
      other: await addUser(tx, { password_hash: 'old' }),
    }))
    const replace = (from: string, to: string) =>
      store.write((tx) => replacePasswordHash(tx, { userId, from, to }))
    expect(await replace('older', 'new')).toBe(false)
    expect(await replace('old', 'old')).toBe(true)
    expect(await replace('old', 'new')).toBe(true)
    expect(await replace('old', 'newest')).toBe(false)
    const hashes = await store.read(async (reader) => [
      (await findUser(reader, userId))?.password_hash,
      (await findUser(reader, other))?.password_hash,
    ])
    expect(hashes).toEqual(['new', 'old'])
  })

  test('are unique per address: a second one is not added, and the transaction continues', async () => {
    await using database = await engine.create()
    const { store } = database
    const [first, second, other] = await store.write(async (tx) => [
      await insertUser(tx, ann),
      await insertUser(tx, { ...ann, passwordHash: 'y', role: 'admin' }),
      await insertUser(tx, { ...ann, email: 'bob@example.org' }),
    ])
    expect(second).toBeUndefined()
    expect(other?.email).toBe('bob@example.org')
    expect(await store.read((reader) => findUserByEmail(reader, ann.email))).toEqual(first)
  })

  test('start as verified only when asked to', async () => {
    await using database = await engine.create()
    const added = await database.store.write((tx) => insertUser(tx, { ...ann, verified: true }))
    expect(added).toMatchObject({ created_at: 4, verified_at: 4 })
  })

  test('tell whether another admin is active', async () => {
    await using database = await engine.create()
    const { store } = database
    const [first, second] = await store.write(async (tx) => {
      await addUser(tx)
      await addUser(tx, { role: 'staff' })
      await addUser(tx, { role: 'admin', is_active: 0 })
      return [await addUser(tx, { role: 'admin' }), await addUser(tx, { role: 'admin' })]
    })
    const others = () =>
      store.read(async (reader) => [
        await hasOtherActiveAdmin(reader, first ?? 0),
        await hasOtherActiveAdmin(reader, second ?? 0),
      ])
    expect(await others()).toEqual([true, true])
    await store.write((tx) => updateUser(tx, second ?? 0, { is_active: 0 }))
    expect(await others()).toEqual([false, true])
    await store.write((tx) => updateUser(tx, second ?? 0, { is_active: 1, role: 'staff' }))
    expect(await others()).toEqual([false, true])
  })

  test('change one flag at a time, without affecting others', async () => {
    await using database = await engine.create()
    const { store } = database
    const [id, other] = await store.write(async (tx) => [await addUser(tx), await addUser(tx)])
    const off = await store.write((tx) => updateUser(tx, id ?? 0, { is_active: 0 }))
    expect(off).toMatchObject({ id, is_active: 0, mail_opt_out: 0 })
    const out = await store.write((tx) => updateUser(tx, id ?? 0, { mail_opt_out: 1 }))
    expect(out).toMatchObject({ id, is_active: 0, mail_opt_out: 1 })
    expect(await store.read((reader) => findUser(reader, other ?? 0))).toMatchObject({
      is_active: 1,
      mail_opt_out: 0,
    })
    await expect(store.write((tx) => updateUser(tx, 999, { mail_opt_out: 1 }))).rejects.toMatchObject({
      reason: 'USER_NOT_FOUND',
    })
  })

  test('are neither found, nor listed, nor changed once they are erased', async () => {
    await using database = await engine.create()
    const { store } = database
    const email = 'reader@example.org'
    const id = await store.write((tx) => addUser(tx, { email }))
    expect(await store.write((tx) => eraseIdentity(tx, id))).toMatchObject({ id, email })
    const found = await store.read(async (reader) => [
      await findUser(reader, id),
      await findUserByEmail(reader, email),
      ...(await listUsers(reader, noFilter)),
      ...(await listUsers(reader, { ...noFilter, text: 'reader' })),
      ...(await findEmails(reader, [id])),
    ])
    expect(found).toEqual([undefined, undefined])
    for (const change of [
      () => store.write((tx) => updateUser(tx, id, { is_active: 1 })),
      () => store.write((tx) => eraseIdentity(tx, id)),
    ])
      await expect(change()).rejects.toMatchObject({ reason: 'USER_NOT_FOUND' })
    const again = await store.write((tx) => addUser(tx, { email }))
    expect(again).toBeGreaterThan(id)
  })

  test('are listed newest first, filtered by text, role and activity', async () => {
    await using database = await engine.create()
    const { store } = database
    await store.write(async (tx) => {
      await addUser(tx, { email: 'root@a.org', role: 'admin' })
      await addUser(tx, { email: 'a_b@b.org' })
      await addUser(tx, { email: 'axb@b.org', is_active: 0 })
      await addUser(tx, { email: 'd%d@b.org' })
    })
    const lists: { filter: Partial<Filter>; found: string[] }[] = [
      { filter: {}, found: ['d%d@b.org', 'axb@b.org', 'a_b@b.org', 'root@a.org'] },
      { filter: { text: '' }, found: ['d%d@b.org', 'axb@b.org', 'a_b@b.org', 'root@a.org'] },
      { filter: { text: '@b.org' }, found: ['d%d@b.org', 'axb@b.org', 'a_b@b.org'] },
      { filter: { text: 'a_b' }, found: ['a_b@b.org'] },
      { filter: { text: '%' }, found: ['d%d@b.org'] },
      { filter: { text: 'missing' }, found: [] },
      { filter: { role: 'admin' }, found: ['root@a.org'] },
      { filter: { isActive: false }, found: ['axb@b.org'] },
      { filter: { isActive: true }, found: ['d%d@b.org', 'a_b@b.org', 'root@a.org'] },
      { filter: { text: 'b.org', isActive: true }, found: ['d%d@b.org', 'a_b@b.org'] },
      { filter: { limit: 2 }, found: ['d%d@b.org', 'axb@b.org'] },
    ]
    for (const { filter, found } of lists) {
      const rows = await store.read((reader) => listUsers(reader, { ...noFilter, ...filter }))
      expect(
        rows.map((row) => row.email),
        JSON.stringify(filter),
      ).toEqual(found)
    }
  })

  test('are searched to the oldest without repeats if few match', async () => {
    await using database = await engine.create()
    const { store } = database
    const rare = [3, 49, 1_048, 1_049, 1_050, 1_549, 1_550, 1_799]
    await store.write(async (tx) => {
      for (let index = 0; index < 1_800; index += 1) {
        await addUser(tx, { email: `${rare.includes(index) ? 'rare' : 'other'}${index}@example.org` })
      }
    })
    const found = async (filter: Partial<Filter>) => {
      const users = await store.read((reader) => listUsers(reader, { ...noFilter, ...filter }))
      return users.map((user) => Number(user.email.match(/\d+/)?.[0]))
    }
    expect(await found({ text: 'rare' })).toEqual(rare.toReversed())
    expect(await found({ text: 'rare', limit: 5 })).toEqual(rare.toReversed().slice(0, 5))
    expect(await found({ text: 'missing' })).toEqual([])
  })

  test('come in pages without gaps or repeats', async () => {
    await using database = await engine.create()
    const { store } = database
    const ids = await store.write(async (tx) => {
      const added: number[] = []
      for (let count = 0; count < 7; count += 1) added.push(await addUser(tx))
      return added
    })
    const seen = await idsOfPages((beforeId) =>
      store.read((reader) => listUsers(reader, { ...noFilter, beforeId, limit: 3 })),
    )
    expect(seen).toEqual(ids.toReversed())
  })
})
