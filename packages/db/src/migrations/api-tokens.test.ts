import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { deleteStockRequests, findStockRequest, insertStockRequest } from '../queries/stock-requests.ts'
import { UniqueViolation } from '../store.ts'
import { engines } from '../testing/index.ts'
import { fillOldSchemaWith } from '../testing/old-schema.ts'
import { addMovement, addToken } from '../testing/rows.ts'

const OLD = '0014-prebooks-of-a-user'

/** A shop in which an admin changed stock, with a closed waitlist that refers to the movement. */
const before = [
  `insert into users (id, email, password_hash, role, created_at) values (7, 'a@example.org', 'x', 'admin', 1)`,
  `insert into books (id, title, author, price_cents, stock_quantity, search_text, created_at, updated_at)
    values (1, 'Dune', 'Frank Herbert', 999, 5, 'dune', 1, 1)`,
  `insert into stock_movements (id, book_id, delta, quantity_after, actor_id, note, created_at)
    values (3, 1, 5, 5, 7, 'Delivery', 2)`,
  `insert into stock_requests (actor_id, idempotency_key, request_hash, answer, created_at)
    values (7, 'k', 'h', '{}', 2), (7, 'l', 'i', '{}', 1)`,
  `insert into audit_entries (id, at, actor_id, action, subject, details)
    values (4, 2, 7, 'stock.set', 'book:1', '{}')`,
  `insert into waitlists (id, book_id, opened_at, notified_at, closed_by, notified_count) values (5, 1, 1, 2, 3, 0)`,
]

describe.each(engines)('the migration to tokens on $name', (engine) => {
  test('keeps every movement, kept answer and audit entry with its account', async () => {
    await using database = await engine.createEmpty()
    await fillOldSchemaWith(database.url, OLD, before)
    const store = await openStore(database.url)
    try {
      const rows = await store.read(async (db) => [
        await db.selectFrom('stock_movements').selectAll().execute(),
        await db.selectFrom('audit_entries').selectAll().execute(),
        await db.selectFrom('waitlists').select(['id', 'closed_by']).execute(),
      ])
      const byAccount = { actor_id: 7, token_id: null }
      expect(rows).toEqual([
        [{ id: 3, book_id: 1, delta: 5, quantity_after: 5, ...byAccount, note: 'Delivery', created_at: 2 }],
        [{ id: 4, at: 2, ...byAccount, action: 'stock.set', subject: 'book:1', details: '{}' }],
        [{ id: 5, closed_by: 3 }],
      ])
      const find = (key: string) =>
        store.read((reader) => findStockRequest(reader, { actor: { userId: 7 }, key }))
      expect(await find('k')).toEqual({ requestHash: 'h', answer: '{}' })
      expect(await find('l')).toEqual({ requestHash: 'i', answer: '{}' })
      const again = { actor: { userId: 7 }, key: 'k', requestHash: 'h', answer: '{}' }
      await expect(store.write((tx) => insertStockRequest(tx, again, 3))).rejects.toThrow(UniqueViolation)
      expect(await store.write((tx) => deleteStockRequests(tx, 1))).toBe(1)
      expect(await find('l')).toBeUndefined()
    } finally {
      await store.close()
    }
  })

  test('lets tokens act, and keeps the references to what was there', async () => {
    await using database = await engine.createEmpty()
    await fillOldSchemaWith(database.url, OLD, before)
    const store = await openStore(database.url)
    try {
      await store.write(async (tx) => {
        const token_id = await addToken(tx, { created_by: 7 })
        expect(await addMovement(tx, { book_id: 1, token_id })).toBeGreaterThan(3)
        const request = { actor: { tokenId: token_id }, key: 'k', requestHash: 'h', answer: '{}' }
        await insertStockRequest(tx, request, 3)
      })
      for (const table of ['stock_movements', 'users', 'api_tokens'] as const)
        await expect(
          store.write((tx) => tx.deleteFrom(table).execute()),
          table,
        ).rejects.toThrow(/foreign key/i)
    } finally {
      await store.close()
    }
  })

  test('lets the version before add rows', async () => {
    await using database = await engine.create()
    await database.store.write(async (tx) => {
      for (const statement of before) await sql.raw(statement).execute(tx)
    })
    const rows = await database.store.read((db) => db.selectFrom('stock_requests').selectAll().execute())
    expect(rows).toMatchObject([{ actor_id: 7, token_id: null }, { token_id: null }])
  })
})
