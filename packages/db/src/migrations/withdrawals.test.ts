import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { listUndispatched } from '../queries/deliveries-dispatch.ts'
import { findOpenWaitlist, openWaitlist, withdrawOpenWaitlist } from '../queries/waitlists.ts'
import { engines } from '../testing/index.ts'
import { fillOldSchema } from '../testing/old-schema.ts'

const book = { author: 'A', price_cents: 1, stock_quantity: 0, created_at: 1, updated_at: 1 }

describe.each(engines)('the migrations of withdrawals and expected dates on $name', (engine) => {
  test('keep who waits and what is to be mailed, and a waitlist can be withdrawn and opened again', async () => {
    await using database = await engine.createEmpty()
    await fillOldSchema(database.url, '0017-search-texts', async (db) => {
      for (const [id, title] of [
        [1, 'Waited for'],
        [2, 'Restocked'],
      ] as const)
        await db
          .insertInto('books')
          .values({ ...book, id, title, search_text: title.toLowerCase() })
          .execute()
      await db
        .insertInto('users')
        .values({ id: 1, email: 'a@example.org', password_hash: 'x', role: 'admin', created_at: 1 })
        .execute()
      await db
        .insertInto('stock_movements')
        .values({ id: 1, book_id: 2, delta: 1, quantity_after: 1, actor_id: 1, created_at: 1 })
        .execute()
      const closed = { notified_at: 2, closed_by: 1, notified_count: 1 }
      await db.insertInto('waitlists').values({ book_id: 1, opened_at: 1, waiting_count: 1 }).execute()
      await db
        .insertInto('waitlists')
        .values({ book_id: 2, opened_at: 1, waiting_count: 1, ...closed })
        .execute()
      for (const waitlist_id of [1, 2])
        await db.insertInto('prebooks').values({ waitlist_id, user_id: 1, created_at: 1 }).execute()
    })
    const store = await openStore(database.url)
    try {
      const open = (bookId: number) => store.read((reader) => findOpenWaitlist(reader, bookId))
      const wanted = async () =>
        (await store.read((reader) => reader.selectFrom('wanted_books').select('book_id').execute())).map(
          ({ book_id }) => book_id,
        )
      const undispatched = () => store.read((reader) => listUndispatched(reader, { now: 9, limit: 9 }))
      expect(await open(1)).toMatchObject({ id: 1, waiting_count: 1, withdrawn_at: null })
      expect(await open(2)).toBeUndefined()
      expect(await wanted()).toEqual([1])
      expect(await undispatched()).toEqual([{ table: 'waitlists', id: 2 }])

      await store.write((tx) => withdrawOpenWaitlist(tx, { bookId: 1, now: 5, note: null }))
      expect(await open(1)).toBeUndefined()
      expect(await wanted()).toEqual([])
      expect(await undispatched()).toEqual([
        { table: 'waitlists', id: 1 },
        { table: 'waitlists', id: 2 },
      ])
      const reopened = await store.write((tx) => openWaitlist(tx, 1, 6))
      expect(await open(1)).toMatchObject({ id: reopened })
      expect(await wanted()).toEqual([1])
    } finally {
      await store.close()
    }
  })
})
