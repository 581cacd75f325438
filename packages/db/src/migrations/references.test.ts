import { describe, expect, test } from 'vitest'
import type { Tx } from '../database.ts'
import { insertSession } from '../queries/sessions.ts'
import { insertStockRequest } from '../queries/stock-requests.ts'
import { engines } from '../testing.ts'
import {
  addBook,
  addDelivery,
  addMovement,
  addPrebook,
  addUser,
  addWaitlist,
  sessionId,
} from '../testing-rows.ts'

const NOWHERE = 987_654

/** One row of every table, each referring to the next. */
async function addOneOfEach(tx: Tx) {
  const actor = await addUser(tx, { role: 'admin' })
  const reader = await addUser(tx)
  const guest = await addUser(tx)
  const book = await addBook(tx)
  const soldOut = await addBook(tx)
  const movement = await addMovement(tx, { book_id: book, actor_id: actor })
  const closed = await addWaitlist(tx, { book_id: book, notified_at: 5, closed_by: movement })
  const open = await addWaitlist(tx, { book_id: soldOut })
  const prebook = await addPrebook(tx, { waitlist_id: closed, user_id: reader })
  await addPrebook(tx, { waitlist_id: open, user_id: reader })
  await addDelivery(tx, { prebook_id: prebook })
  await insertSession(tx, { id: sessionId('a'), user_id: guest, created_at: 1, expires_at: 2 })
  const keeper = await addUser(tx, { role: 'admin' })
  await insertStockRequest(tx, { actorId: keeper, key: 'k', requestHash: 'h', answer: '{}' }, 1)
  return { actor, reader, guest, keeper, book, soldOut, movement, closed, open, prebook }
}

/** How every engine calls a reference that would lead nowhere. */
const dangling = /foreign key/i

describe.each(engines)('the schema on $name', (engine) => {
  test.each<[string, (tx: Tx) => Promise<unknown>]>([
    [
      'session of nobody',
      (tx) => insertSession(tx, { id: sessionId('a'), user_id: NOWHERE, created_at: 1, expires_at: 2 }),
    ],
    ['movement of no book', (tx) => addMovement(tx, { book_id: NOWHERE })],
    ['movement by nobody', async (tx) => addMovement(tx, { book_id: await addBook(tx), actor_id: NOWHERE })],
    [
      'stock request by nobody',
      (tx) => insertStockRequest(tx, { actorId: NOWHERE, key: 'k', requestHash: 'h', answer: '{}' }, 1),
    ],
    ['waitlist of no book', (tx) => addWaitlist(tx, { book_id: NOWHERE })],
    [
      'waitlist closed by no movement',
      async (tx) => addWaitlist(tx, { book_id: await addBook(tx), notified_at: 5, closed_by: NOWHERE }),
    ],
    ['prebook on no waitlist', (tx) => addPrebook(tx, { waitlist_id: NOWHERE })],
    [
      'prebook of nobody',
      async (tx) => {
        const waitlist_id = await addWaitlist(tx, { book_id: await addBook(tx) })
        await addPrebook(tx, { waitlist_id, user_id: NOWHERE })
      },
    ],
    ['delivery of no prebook', (tx) => addDelivery(tx, { prebook_id: NOWHERE })],
  ])('refuses a %s', async (_what, add) => {
    await using database = await engine.create()
    await expect(database.store.write(add)).rejects.toThrow(dangling)
  })

  test('never lets go of a row that another one refers to', async () => {
    await using database = await engine.create()
    const { store } = database
    const ids = await store.write(addOneOfEach)
    const users = ['actor', 'reader', 'guest', 'keeper'] as const
    for (const user of users) {
      await expect(
        store.write((tx) => tx.deleteFrom('users').where('id', '=', ids[user]).execute()),
      ).rejects.toThrow(dangling)
    }
    for (const book of [ids.book, ids.soldOut]) {
      await expect(
        store.write((tx) => tx.deleteFrom('books').where('id', '=', book).execute()),
      ).rejects.toThrow(dangling)
    }
    await expect(
      store.write((tx) => tx.deleteFrom('stock_movements').where('id', '=', ids.movement).execute()),
    ).rejects.toThrow(dangling)
    for (const waitlist of [ids.closed, ids.open]) {
      await expect(
        store.write((tx) => tx.deleteFrom('waitlists').where('id', '=', waitlist).execute()),
      ).rejects.toThrow(dangling)
    }
    await expect(
      store.write((tx) => tx.deleteFrom('prebooks').where('id', '=', ids.prebook).execute()),
    ).rejects.toThrow(dangling)
  })

  test('keeps a book that only has movements', async () => {
    await using database = await engine.create()
    const { store } = database
    const book = await store.write(async (tx) => {
      const id = await addBook(tx)
      await addMovement(tx, { book_id: id })
      return id
    })
    await expect(
      store.write((tx) => tx.deleteFrom('books').where('id', '=', book).execute()),
    ).rejects.toThrow(dangling)
    const kept = await store.read((reader) => reader.selectFrom('books').select('id').execute())
    expect(kept).toEqual([{ id: book }])
  })

  test('keeps a row in its place while another one refers to its id', async () => {
    await using database = await engine.create()
    const { store } = database
    const ids = await store.write(addOneOfEach)
    await expect(
      store.write((tx) =>
        tx.updateTable('prebooks').set({ waitlist_id: NOWHERE }).where('id', '=', ids.prebook).execute(),
      ),
    ).rejects.toThrow(dangling)
    await expect(
      store.write((tx) => tx.updateTable('books').set({ id: NOWHERE }).where('id', '=', ids.book).execute()),
    ).rejects.toThrow(dangling)
  })
})
