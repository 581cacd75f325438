import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { engines } from '../testing/index.ts'
import { fillOldSchema } from '../testing/old-schema.ts'

const STATES = ['pending', 'sending', 'sent', 'skipped', 'failed', 'kept']

describe.each(engines)('the migration to held deliveries on $name', (engine) => {
  test('turns kept deliveries into held ones and does not change the others', async () => {
    await using database = await engine.createEmpty()
    await fillOldSchema(database.url, '0004-live-queue', async (db) => {
      await db
        .insertInto('books')
        .values({
          id: 1,
          title: 'Dune',
          author: 'Frank Herbert',
          price_cents: 999,
          stock_quantity: 0,
          search_text: 'dune',
          created_at: 1,
          updated_at: 1,
        })
        .execute()
      await db
        .insertInto('users')
        .values({ id: 1, email: 'a@example.org', password_hash: 'x', role: 'reader', created_at: 1 })
        .execute()
      await db.insertInto('waitlists').values({ id: 1, book_id: 1, opened_at: 1 }).execute()
      for (const [index, state] of STATES.entries()) {
        const id = index + 1
        // One live pre-booking per reader and waitlist: all but the first are cancelled.
        const cancelled = id === 1 ? {} : { cancelled_at: 2, cancelled_from: 'waiting' }
        await db
          .insertInto('prebooks')
          .values({ id, waitlist_id: 1, user_id: 1, created_at: 1, ...cancelled })
          .execute()
        await db
          .insertInto('deliveries')
          .values({ id: id * 10, prebook_id: id, state, attempts: index, next_attempt_at: 5, book_id: 1 })
          .execute()
      }
    })
    const store = await openStore(database.url)
    try {
      const rows = await store.read((reader) =>
        reader
          .selectFrom('deliveries')
          .select(['id', 'prebook_id', 'state', 'attempts'])
          .orderBy('id')
          .execute(),
      )
      expect(rows).toEqual(
        STATES.map((state, index) => ({
          id: (index + 1) * 10,
          prebook_id: index + 1,
          state: state === 'kept' ? 'held' : state,
          attempts: index,
        })),
      )
    } finally {
      await store.close()
    }
  })
})
