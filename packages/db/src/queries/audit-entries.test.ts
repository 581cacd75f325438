import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { addToken, addUser } from '../testing/rows.ts'
import { turnsWhile } from '../testing/event-loop-turns.ts'
import type { Store } from '../store.ts'
import { listAuditEntries, recordAudit } from './audit-entries.ts'

const everything = {
  actorId: undefined,
  tokenId: undefined,
  subject: undefined,
  action: undefined,
  beforeId: null,
  limit: 100,
}

async function listIds(store: Store, filter: Partial<Parameters<typeof listAuditEntries>[1]>) {
  const rows = await store.read((reader) => listAuditEntries(reader, { ...everything, ...filter }))
  return rows.map(({ id }) => id)
}

describe.each(engines)('audit entries on $name', (engine) => {
  test('are stored unchanged and listed with the present address of their account or their token', async () => {
    await using database = await engine.create()
    const { store } = database
    const actorId = await store.write(async (tx) => {
      const id = await addUser(tx, { email: 'old@example.org', role: 'admin' })
      const details = { movementId: 7, delta: -3, quantityAfter: 4 }
      const entry = { at: 77, action: 'stock.adjust', subject: 'book:12', details } as const
      await recordAudit(tx, { ...entry, actor: { userId: id } })
      await recordAudit(tx, { ...entry, actor: { tokenId: await addToken(tx, { name: 'Till' }) } })
      await tx.updateTable('users').set({ email: 'new@example.org' }).where('id', '=', id).execute()
      return id
    })
    const entry = {
      at: 77,
      action: 'stock.adjust',
      subject: 'book:12',
      details: '{"movementId":7,"delta":-3,"quantityAfter":4}',
    }
    const byAccount = { actor_id: actorId, actor_email: 'new@example.org', token_id: null, token_name: null }
    const byToken = { actor_id: null, actor_email: null, token_id: 1, token_name: 'Till' }
    expect(await store.read((reader) => listAuditEntries(reader, everything))).toEqual([
      { id: 2, ...entry, ...byToken },
      { id: 1, ...entry, ...byAccount },
    ])
  })

  test('are listed newest first in pages, by account, by subject, by action, and by all of them', async () => {
    await using database = await engine.create()
    const { store } = database
    const [first, second] = await store.write(async (tx) => {
      const actors = [await addUser(tx, { role: 'admin' }), await addUser(tx, { role: 'admin' })] as const
      for (const [index, userId] of [...actors, ...actors].entries()) {
        const entry = { at: 9 - index, actor: { userId }, details: {} }
        await recordAudit(tx, { ...entry, action: 'users.deactivate', subject: 'user:1' })
        await recordAudit(tx, { ...entry, action: 'users.reactivate', subject: `user:${index}` })
      }
      return actors
    })
    expect(await listIds(store, {})).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
    expect(await listIds(store, { limit: 3, beforeId: 7 })).toEqual([6, 5, 4])
    expect(await listIds(store, { actorId: first })).toEqual([6, 5, 2, 1])
    expect(await listIds(store, { actorId: first, beforeId: 6, limit: 2 })).toEqual([5, 2])
    expect(await listIds(store, { subject: 'user:1' })).toEqual([7, 5, 4, 3, 1])
    expect(await listIds(store, { action: 'users.reactivate' })).toEqual([8, 6, 4, 2])
    expect(await listIds(store, { action: 'users.reactivate', beforeId: 8, limit: 2 })).toEqual([6, 4])
    expect(await listIds(store, { action: 'users.deactivate', actorId: second })).toEqual([7, 3])
    const filter = { action: 'users.reactivate', actorId: second, subject: 'user:1' } as const
    expect(await listIds(store, filter)).toEqual([4])
    expect(await listIds(store, { ...filter, beforeId: 4 })).toEqual([])
    expect(await listIds(store, { action: 'books.import' })).toEqual([])
  })

  test('are searched for a rare action in slices', async () => {
    await using database = await engine.create()
    const { store } = database
    await store.write(async (tx) => {
      const actorId = await addUser(tx, { role: 'admin' })
      const entry = { at: 1, actor: { userId: actorId }, subject: 'user:1', details: {} } as const
      await recordAudit(tx, { ...entry, action: 'users.reactivate' })
      await sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 1000)
        insert into audit_entries (at, actor_id, action, subject, details)
        select n, ${actorId}, 'users.deactivate', 'user:1', '{}' from numbers`.execute(tx)
    })
    const { result, turns } = await turnsWhile(() => listIds(store, { action: 'users.reactivate' }))
    expect(result).toEqual([1])
    expect(turns).toBeGreaterThan(1)
  })
})
