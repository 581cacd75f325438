import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { findUserByEmail, insertUser, updateUser } from '../queries/users.ts'
import { StoreOpenError } from '../store.ts'
import { engines } from '../testing/index.ts'
import { fillOldSchema } from '../testing/old-schema.ts'
import { addUser, sessionId } from '../testing/rows.ts'

type OldDatabase = Parameters<Parameters<typeof fillOldSchema>[2]>[0]

/** A shop in which every table that refers to accounts has a row. */
async function fill(db: OldDatabase): Promise<void> {
  const book = { title: 'Dune', author: 'Frank Herbert', search_text: 'dune', price_cents: 999 }
  await db
    .insertInto('users')
    .values(
      [
        { email: 'root@example.org', password_hash: 'x', role: 'admin', created_at: 3 },
        { email: 'gone@example.org', password_hash: 'x', created_at: 4 },
        { email: 'a@example.org', password_hash: 'y', is_active: 0, created_at: 5 },
        { email: 'b@example.org', password_hash: 'z', mail_opt_out: 1, created_at: 7 },
      ].map((fields) => ({ role: 'reader', is_active: 1, mail_opt_out: 0, ...fields })),
    )
    .execute()
  // Leaves a gap in the ids.
  await db.deleteFrom('users').where('email', '=', 'gone@example.org').execute()
  await db
    .insertInto('books')
    .values({ id: 1, ...book, stock_quantity: 0, created_at: 1, updated_at: 1 })
    .execute()
  await db
    .insertInto('sessions')
    .values({ id: sessionId('s'), user_id: 4, created_at: 1, expires_at: 2 })
    .execute()
  await db
    .insertInto('stock_movements')
    .values({ id: 1, book_id: 1, delta: 1, quantity_after: 1, actor_id: 1, created_at: 1 })
    .execute()
  await db
    .insertInto('stock_requests')
    .values({ actor_id: 1, idempotency_key: 'k', request_hash: 'h', answer: '{}', created_at: 1 })
    .execute()
  await db.insertInto('waitlists').values({ id: 1, book_id: 1, opened_at: 1 }).execute()
  await db.insertInto('prebooks').values({ id: 1, waitlist_id: 1, user_id: 4, created_at: 1 }).execute()
}

describe.each(engines)('the migration to staff roles on $name', (engine) => {
  test('keeps every account and every row that refers to one, and counts old accounts as verified', async () => {
    await using database = await engine.createEmpty()
    await fillOldSchema(database.url, '0005-held-deliveries', fill)
    const store = await openStore(database.url)
    try {
      const common = { erased_at: null, locale: 'en', manage_generation: 0 }
      const reader = { role: 'reader', ...common }
      expect(await store.read((db) => db.selectFrom('users').selectAll().orderBy('id').execute())).toEqual([
        {
          id: 1,
          email: 'root@example.org',
          password_hash: 'x',
          role: 'admin',
          is_active: 1,
          mail_opt_out: 0,
          created_at: 3,
          verified_at: 3,
          ...common,
        },
        {
          id: 3,
          email: 'a@example.org',
          password_hash: 'y',
          is_active: 0,
          mail_opt_out: 0,
          created_at: 5,
          verified_at: 5,
          ...reader,
        },
        {
          id: 4,
          email: 'b@example.org',
          password_hash: 'z',
          is_active: 1,
          mail_opt_out: 1,
          created_at: 7,
          verified_at: 7,
          ...reader,
        },
      ])
      const rows = await store.read(async (db) => [
        await db.selectFrom('sessions').select('user_id').execute(),
        await db.selectFrom('stock_movements').select('actor_id').execute(),
        await db.selectFrom('stock_requests').select('actor_id').execute(),
        await db.selectFrom('prebooks').select('user_id').execute(),
      ])
      expect(rows).toEqual([[{ user_id: 4 }], [{ actor_id: 1 }], [{ actor_id: 1 }], [{ user_id: 4 }]])
    } finally {
      await store.close()
    }
  })

  test('permits staff and inactive admins, and keeps the other rules', async () => {
    await using database = await engine.createEmpty()
    await fillOldSchema(database.url, '0005-held-deliveries', fill)
    const store = await openStore(database.url)
    try {
      await store.write((tx) => updateUser(tx, 1, { is_active: 0 }))
      const staff = { email: 'staff@example.org', passwordHash: 'x', role: 'staff' as const, now: 8 }
      expect(await store.write((tx) => insertUser(tx, staff))).toMatchObject({
        role: 'staff',
        verified_at: null,
      })
      expect((await store.read((db) => findUserByEmail(db, staff.email)))?.id).toBe(5)
      expect(await store.write((tx) => insertUser(tx, staff))).toBeUndefined()
      await expect(store.write((tx) => addUser(tx, { is_active: 2 as 1 }))).rejects.toThrow(/check/i)
      await expect(store.write((tx) => tx.deleteFrom('users').where('id', '=', 4).execute())).rejects.toThrow(
        /foreign key/i,
      )
      await expect(
        store.write((tx) => tx.updateTable('prebooks').set({ user_id: 49 }).execute()),
      ).rejects.toThrow(/foreign key/i)
    } finally {
      await store.close()
    }
  })
})

test('a SQLite file with broken references is not upgraded', async () => {
  const engine = engines.find(({ name }) => name === 'sqlite')
  if (engine === undefined) throw new Error('There is no SQLite engine.')
  await using database = await engine.createEmpty()
  await fillOldSchema(database.url, '0005-held-deliveries', async (db) => {
    await fill(db)
    await sql`pragma foreign_keys = off`.execute(db)
    await db.deleteFrom('users').where('id', '=', 4).execute()
  })
  const error: unknown = await openStore(database.url).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(StoreOpenError)
  expect(String(error)).toMatch(/has rows in (sessions|prebooks) that refer to missing rows in users/)
})
