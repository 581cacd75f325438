import { describe, expect, test } from 'vitest'
import type { Tx } from '../database.ts'
import { engines, miscountedWaitlists } from '../testing/index.ts'
import { addBook, addClosedWaitlist, addMovement, addPrebook, addUser, addWaitlist } from '../testing/rows.ts'
import { cancelWaiting, insertPrebook, listPrebooks, recordCancellation } from './prebooks.ts'
import {
  closeOpenWaitlist,
  ensureOpenWaitlist,
  findOpenWaitlist,
  findOpenWaitlistWithBook,
  findWaitlist,
  listOpenWaitlists,
} from './waitlists.ts'

async function close(tx: Tx, bookId: number, now: number) {
  return closeOpenWaitlist(tx, { bookId, movementId: await addMovement(tx, { book_id: bookId }), now })
}

describe.each(engines)('the waitlist of a book on $name', (engine) => {
  test('is opened once and then reused', async () => {
    await using database = await engine.create()
    const { store } = database
    const [book, other] = await store.write(async (tx) => [await addBook(tx), await addBook(tx)])
    const first = await store.write((tx) => ensureOpenWaitlist(tx, book ?? 0, 5))
    const second = await store.write((tx) => ensureOpenWaitlist(tx, book ?? 0, 6))
    const elsewhere = await store.write((tx) => ensureOpenWaitlist(tx, other ?? 0, 7))
    expect(second).toBe(first)
    expect(elsewhere).not.toBe(first)
    const open = await store.read((reader) => findOpenWaitlist(reader, book ?? 0))
    expect(open).toEqual({
      id: first,
      book_id: book,
      opened_at: 5,
      notified_at: null,
      withdrawn_at: null,
      withdrawal_note: null,
      closed_by: null,
      notified_count: null,
      waiting_count: 0,
      dispatch_cursor: 0,
      dispatched_at: null,
    })
  })

  test('is opened once under concurrency', async () => {
    await using database = await engine.create()
    const { store } = database
    const book = await store.write((tx) => addBook(tx))
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, now) =>
        store.writeOnBook(book, 'shared', (tx) => ensureOpenWaitlist(tx, book, now)),
      ),
    )
    expect(new Set(ids).size).toBe(1)
    const rows = await store.read((reader) => reader.selectFrom('waitlists').select('id').execute())
    expect(rows).toEqual([{ id: ids[0] }])
  })

  test('cannot be opened for a book that does not exist', async () => {
    await using database = await engine.create()
    await expect(database.store.write((tx) => ensureOpenWaitlist(tx, 999, 1))).rejects.toThrow(/foreign key/i)
  })

  test('is closed once, and closing it notifies everyone on it', async () => {
    await using database = await engine.create()
    const { store } = database
    const { book, user, waitlist, others } = await store.write(async (tx) => {
      const bookId = await addBook(tx)
      const user_id = await addUser(tx)
      const waitlist_id = await ensureOpenWaitlist(tx, bookId, 5)
      await addPrebook(tx, { waitlist_id, user_id })
      const earlier = await addClosedWaitlist(tx, bookId, 3)
      const elsewhere = await addWaitlist(tx, { book_id: await addBook(tx) })
      return { book: bookId, user: user_id, waitlist: waitlist_id, others: [earlier, elsewhere] }
    })
    const untouched = await store.read((reader) => Promise.all(others.map((id) => findWaitlist(reader, id))))

    const closed = await store.write((tx) => close(tx, book, 9))
    expect(closed).toMatchObject({ id: waitlist, book_id: book, notified_at: 9, notified_count: 1 })
    expect(closed?.closed_by).toEqual(expect.any(Number))
    const [prebook] = await store.read((reader) =>
      listPrebooks(reader, { userId: user, status: 'notified', beforeId: null, limit: 9 }),
    )
    expect(prebook?.waitlistNotifiedAt).toBe(9)

    expect(await store.write((tx) => close(tx, book, 11))).toBeUndefined()
    expect(await store.read((reader) => findOpenWaitlist(reader, book))).toBeUndefined()
    expect(await store.read((reader) => findWaitlist(reader, waitlist))).toEqual(closed)
    expect(await store.read((reader) => Promise.all(others.map((id) => findWaitlist(reader, id))))).toEqual(
      untouched,
    )
  })

  test('can be opened again after it was closed', async () => {
    await using database = await engine.create()
    await database.store.write(async (tx) => {
      const book = await addBook(tx)
      const first = await ensureOpenWaitlist(tx, book, 5)
      await close(tx, book, 6)
      const second = await ensureOpenWaitlist(tx, book, 7)
      expect(second).toBeGreaterThan(first)
      expect(await findOpenWaitlist(tx, book)).toMatchObject({ id: second, opened_at: 7 })
    })
  })

  test('counts who waits, and what it counted when it was closed stays', async () => {
    await using database = await engine.create()
    const { store } = database
    const book = await store.write((tx) => addBook(tx))
    const users = await store.write((tx) => Promise.all([1, 2, 3, 4].map(() => addUser(tx))))
    const counts = async () => {
      const [row] = await store.read((reader) =>
        reader.selectFrom('waitlists').select(['waiting_count', 'notified_count']).execute(),
      )
      return [row?.waiting_count, row?.notified_count]
    }
    const join = (userId: number) =>
      store.writeOnBook(book, 'shared', async (tx) => {
        const waitlistId = await ensureOpenWaitlist(tx, book, 5)
        return insertPrebook(tx, { waitlistId, userId, now: 5 })
      })
    const leave = (prebookId: number, cancelledFrom: 'waiting' | 'notified') =>
      store.writeOnBook(book, 'shared', (tx) => recordCancellation(tx, { prebookId, cancelledFrom, now: 6 }))

    const prebooks = await Promise.all(users.map(join))
    expect(await Promise.all(users.map(join))).toEqual([undefined, undefined, undefined, undefined])
    expect(await counts()).toEqual([4, null])
    await leave(prebooks[0] ?? 0, 'waiting')
    await store.writeOnBooks([book], 'shared', (tx) =>
      cancelWaiting(tx, { userId: users[1] ?? 0, bookIds: [book], now: 6 }),
    )
    expect(await counts()).toEqual([2, null])
    await store.writeOnBook(book, 'exclusive', (tx) => close(tx, book, 7))
    await leave(prebooks[2] ?? 0, 'notified')
    expect(await counts()).toEqual([2, 2])
    expect(await miscountedWaitlists(store)).toEqual([])
  })

  test('is not counted when the write that joins it fails', async () => {
    await using database = await engine.create()
    const { store } = database
    const [book, userId] = await store.write(async (tx) => [await addBook(tx), await addUser(tx)] as const)
    const failing = store.writeOnBook(book, 'shared', async (tx) => {
      const waitlistId = await ensureOpenWaitlist(tx, book, 5)
      await insertPrebook(tx, { waitlistId, userId, now: 5 })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await store.read((reader) => findOpenWaitlist(reader, book))).toBeUndefined()
    const other = await store.write((tx) => addUser(tx))
    await store.writeOnBook(book, 'shared', async (tx) => {
      const waitlistId = await ensureOpenWaitlist(tx, book, 5)
      await insertPrebook(tx, { waitlistId, userId: other, now: 5 })
    })
    expect(await miscountedWaitlists(store)).toEqual([])
  })

  test('is listed with its book in pages by id while it is open', async () => {
    await using database = await engine.create()
    const { store } = database
    const ids = await store.write(async (tx) => {
      const open: number[] = []
      for (const title of ['Zoo', 'Dune', 'Emma']) {
        const book = await addBook(tx, { title })
        await addClosedWaitlist(tx, book, 5)
        open.push(await addWaitlist(tx, { book_id: book, opened_at: 8 }))
      }
      return open
    })
    const list = (afterId: number, limit: number) =>
      store.read((reader) => listOpenWaitlists(reader, { afterId, limit }))
    const all = await list(0, 10)
    expect(all.map((row) => row.id)).toEqual(ids)
    expect(all.map((row) => row.title)).toEqual(['Zoo', 'Dune', 'Emma'])
    expect(all[1]).toEqual({
      id: ids[1],
      opened_at: 8,
      waiting_count: 0,
      book_id: expect.any(Number),
      title: 'Dune',
      author: 'Frank Herbert',
      isbn: null,
      expected_on: null,
    })
    expect(await list(0, 1)).toEqual(all.slice(0, 1))
    expect(await list(ids[0] ?? 0, 10)).toEqual(all.slice(1))
    expect(await store.read((reader) => findOpenWaitlistWithBook(reader, all[2]?.book_id ?? 0))).toEqual(
      all[2],
    )
    expect(await store.read((reader) => findOpenWaitlistWithBook(reader, 999))).toBeUndefined()
  })
})
