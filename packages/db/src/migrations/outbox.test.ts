import { DeliveryState } from '@prebook/core'
import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { findInstallationValue } from '../queries/installation.ts'
import { queueMail } from '../queries/queue-mail.ts'
import { engines } from '../testing/index.ts'
import { fillOldSchema } from '../testing/old-schema.ts'
import { LAST_OLD_DELIVERY } from './0010-outbox.ts'

// The database numbers the deliveries.
const ids = DeliveryState.options.map((_, index) => index + 1)

const filled = (index: number) => ({
  attempts: index,
  queued_at: 3 + index,
  next_attempt_at: 5 + index,
  lease_token: `lease ${index}`,
  lease_expires_at: 7 + index,
  skip_reason: 'opted-out',
  last_error: `error ${index}`,
  sent_at: 9 + index,
  book_id: 1,
})

describe.each(engines)('the migration to the outbox on $name', (engine) => {
  test('keeps deliveries with their ids and states, and gives new ones higher ids', async () => {
    await using database = await engine.createEmpty()
    await fillOldSchema(database.url, '0006-audit-entries', async (db) => {
      const book = { title: 'Dune', author: 'Frank Herbert', price_cents: 999, stock_quantity: 0 }
      await db
        .insertInto('books')
        .values({ id: 1, ...book, search_text: 'dune', created_at: 1, updated_at: 1 })
        .execute()
      await db.insertInto('waitlists').values({ id: 1, book_id: 1, opened_at: 1 }).execute()
      for (const [index, state] of DeliveryState.options.entries()) {
        const id = index + 1
        const account = { email: `${id}@example.org`, password_hash: 'x', role: 'reader', created_at: 1 }
        await db
          .insertInto('users')
          .values({ id: id * 100, ...account })
          .execute()
        await db
          .insertInto('prebooks')
          .values({ id: id * 10, waitlist_id: 1, user_id: id * 100, created_at: 1 })
          .execute()
        await db
          .insertInto('deliveries')
          .values({ prebook_id: id * 10, state, ...filled(index) })
          .execute()
      }
    })
    const upgrades: string[] = []
    const store = await openStore(database.url, {
      onUpgraded: (migrations) => void upgrades.push(...migrations.map(({ name }) => name)),
    })
    expect(upgrades).toContain('0010-outbox')
    expect(upgrades).not.toContain('0006-audit-entries')
    try {
      const rows = () =>
        store.read((reader) => reader.selectFrom('deliveries').selectAll().orderBy('id').execute())
      expect(await rows()).toEqual(
        DeliveryState.options.map((state, index) => ({
          id: ids[index],
          kind: 'restock',
          dedupe_key: `restock:${(index + 1) * 10}`,
          lane: 'bulk',
          user_id: (index + 1) * 100,
          recipient: null,
          prebook_id: (index + 1) * 10,
          payload: null,
          locale: 'en',
          state,
          ...filled(index),
        })),
      )
      const last = ids.at(-1) ?? 0
      expect(await store.read((reader) => findInstallationValue(reader, LAST_OLD_DELIVERY))).toBe(
        String(last),
      )
      // Ids are part of Message-IDs, so that of a deleted delivery is not used again.
      await store.write((tx) => tx.deleteFrom('deliveries').execute())
      const mail = { kind: 'reset', lane: 'now', userId: 100, dedupeKey: 'reset:100:1', now: 1 } as const
      expect(await store.write((tx) => queueMail(tx, mail))).toBe(true)
      expect((await rows())[0]?.id).toBeGreaterThan(last)
    } finally {
      await store.close()
    }
  })

  test('records no last delivery when there is none', async () => {
    await using database = await engine.create()
    expect(
      await database.store.read((reader) => findInstallationValue(reader, LAST_OLD_DELIVERY)),
    ).toBeUndefined()
  })
})
