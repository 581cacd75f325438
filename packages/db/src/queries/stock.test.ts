import { describe, expect, test } from 'vitest'
import type { ActorId } from '../actor.ts'
import { UniqueViolation } from '../store.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'
import { engines } from '../testing/index.ts'
import { addBook, addMovement, addToken, addUser, addWaitlist } from '../testing/rows.ts'
import { insertMovement, listMovements } from './stock-movements.ts'
import { deleteStockRequests, findStockRequest, insertStockRequest } from './stock-requests.ts'

describe.each(engines)('stock movements on $name', (engine) => {
  test('are stored unchanged', async () => {
    await using database = await engine.create()
    const { store } = database
    const movement = await store.write(async (tx) => ({
      book_id: await addBook(tx),
      delta: -3,
      quantity_after: 4,
      actor_id: await addUser(tx, { role: 'admin' }),
      token_id: null,
      note: 'Damaged in transit',
      created_at: 77,
    }))
    const written = await store.write((tx) => insertMovement(tx, movement))
    expect(written).toEqual({ ...movement, id: expect.any(Number) })
  })

  test('are listed newest first in pages by book, with their account and broadcast', async () => {
    await using database = await engine.create()
    const { store } = database
    const { book, ids, waitlist } = await store.write(async (tx) => {
      const bookId = await addBook(tx)
      const actor_id = await addUser(tx, { email: 'root@example.org', role: 'admin' })
      const movements: number[] = []
      for (const created_at of [5, 5, 1]) {
        movements.push(await addMovement(tx, { book_id: bookId, actor_id, created_at }))
        await addMovement(tx, { book_id: await addBook(tx), actor_id })
      }
      const id = await addWaitlist(tx, { book_id: bookId, notified_at: 5, closed_by: movements[1] ?? 0 })
      return { book: bookId, ids: movements, waitlist: id }
    })
    const list = (beforeId: number | null, limit: number) =>
      store.read((reader) => listMovements(reader, { bookId: book, beforeId, limit }))
    const all = await list(null, 100)
    expect(all.map((row) => row.id)).toEqual(ids.toReversed())
    expect(all.map((row) => [row.actor_email, row.waitlist_id, row.notified_at])).toEqual([
      ['root@example.org', null, null],
      ['root@example.org', waitlist, 5],
      ['root@example.org', null, null],
    ])
    expect(await list(null, 2)).toEqual(all.slice(0, 2))
    expect(await list(ids[1] ?? 0, 2)).toEqual(all.slice(2))
  })
})

describe.each(engines)('stock requests on $name', (engine) => {
  test('are found only by their admin and key', async () => {
    await using database = await engine.create()
    const { store } = database
    const [ann, bob, till] = await store.write(async (tx) => {
      const admins = [await addUser(tx, { role: 'admin' }), await addUser(tx, { role: 'admin' })] as const
      const tokenId = await addToken(tx)
      return [{ userId: admins[0] }, { userId: admins[1] }, { tokenId }] as const
    })
    const request = { actor: ann, key: 'k', requestHash: 'h', answer: '{"ok":true}' }
    const find = (actor: ActorId, key: string) =>
      store.read((reader) => findStockRequest(reader, { actor, key }))

    expect(await find(ann, 'k')).toBeUndefined()
    await store.write((tx) => insertStockRequest(tx, request, 5))
    expect(await find(ann, 'k')).toEqual({ requestHash: 'h', answer: '{"ok":true}' })
    expect(await find(bob, 'k')).toBeUndefined()
    expect(await find(ann, 'K')).toBeUndefined()
    // The token has the same number as the first account.
    expect(await find(till, 'k')).toBeUndefined()
    await store.write((tx) => insertStockRequest(tx, { ...request, actor: till, requestHash: 'i' }, 5))
    expect(await find(till, 'k')).toMatchObject({ requestHash: 'i' })
    expect(await find(ann, 'k')).toMatchObject({ requestHash: 'h' })
  })

  test('keep the first answer for a key, and reject a second one', async () => {
    await using database = await engine.create()
    const { store } = database
    const actors = await store.write(async (tx) => [
      { userId: await addUser(tx, { role: 'admin' }) },
      { tokenId: await addToken(tx) },
    ])
    for (const actor of actors) {
      const request = { actor, key: 'k', requestHash: 'h', answer: 'first' }
      await store.write((tx) => insertStockRequest(tx, request, 5))
      const second = store.write((tx) => insertStockRequest(tx, { ...request, answer: 'second' }, 6))
      await expect(second).rejects.toThrow(UniqueViolation)
      const kept = await store.read((reader) => findStockRequest(reader, { actor, key: 'k' }))
      expect(kept?.answer).toBe('first')
    }
  })

  test('are deleted at an age, oldest first and in batches', async () => {
    await using database = await engine.create()
    const { store } = database
    const [ann, bob] = await store.write(async (tx) => {
      const admins = [await addUser(tx, { role: 'admin' }), await addUser(tx, { role: 'admin' })] as const
      const request = { requestHash: 'h', answer: 'a' }
      for (let count = 0; count < CLEAR_BATCH_ROWS; count += 1)
        await insertStockRequest(tx, { ...request, actor: { userId: admins[0] }, key: `k${count}` }, 5)
      await insertStockRequest(tx, { ...request, actor: { userId: admins[1] }, key: 'k0' }, 6)
      await insertStockRequest(tx, { ...request, actor: { userId: admins[1] }, key: 'k1' }, 7)
      return admins
    })
    const deleteMadeBy = (time: number) => store.write((tx) => deleteStockRequests(tx, time))
    const left = () => store.read((reader) => reader.selectFrom('stock_requests').selectAll().execute())
    expect(await deleteMadeBy(4)).toBe(0)
    expect(await deleteMadeBy(6)).toBe(CLEAR_BATCH_ROWS)
    expect((await left()).map((row) => row.actor_id)).not.toContain(ann)
    expect(await deleteMadeBy(6)).toBe(1)
    expect(await left()).toMatchObject([{ actor_id: bob, idempotency_key: 'k1' }])
  })
})
