import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Tx } from '../database.ts'
import { recordAudit } from '../queries/audit-entries.ts'
import { insertSession } from '../queries/sessions.ts'
import { insertStockRequest } from '../queries/stock-requests.ts'
import { engines } from '../testing/index.ts'
import {
  addBook,
  addClosedWaitlist,
  addMovement,
  addPrebook,
  addToken,
  addUser,
  addWaitlist,
  sessionId,
} from '../testing/rows.ts'

/** A constraint with accepted and rejected rows. The accepted rows prove that the rejection is about the value. */
type Rule = {
  rule: string
  accepts: ((tx: Tx) => Promise<unknown>)[]
  rejects: ((tx: Tx) => Promise<unknown>)[]
}

async function waitlistOfNewBook(tx: Tx): Promise<number> {
  return addWaitlist(tx, { book_id: await addBook(tx) })
}

/** A waitlist with these columns about its closing. The movement that may have closed it exists. */
async function addEnded(tx: Tx, end: { at?: number; by?: 'a movement'; count?: number }): Promise<unknown> {
  const book_id = await addBook(tx)
  const movement = await addMovement(tx, { book_id })
  const closed_by = end.by === undefined ? null : movement
  return addWaitlist(tx, {
    book_id,
    notified_at: end.at ?? null,
    closed_by,
    notified_count: end.count ?? null,
  })
}

const addSession = async (tx: Tx, id: string) =>
  insertSession(tx, { id, user_id: await addUser(tx), created_at: 1, expires_at: 2, public_id: 1 })

const addCancelled = async (tx: Tx, at: number | null, from: string | null) =>
  addPrebook(tx, {
    waitlist_id: await waitlistOfNewBook(tx),
    cancelled_at: at,
    // The schema must reject what the types forbid, because another program may write to the file.
    cancelled_from: from as 'waiting' | null,
  })

/** Those of a row that names no actor, and of one that names two. */
const actors = [
  async () => ({ actor_id: null, token_id: null }),
  async (tx: Tx) => ({ actor_id: await addUser(tx), token_id: await addToken(tx) }),
]

const request = { key: 'k', requestHash: 'h', answer: '{}' }
const entry = { at: 1, action: 'users.deactivate', subject: 'user:1', details: {} } as const

const rules: Rule[] = [
  {
    rule: 'a flag of an account is 0 or 1',
    accepts: ([0, 1] as const).map((value) => (tx) => addUser(tx, { is_active: value, mail_opt_out: value })),
    rejects: [
      (tx) => addUser(tx, { is_active: 2 as 1 }),
      (tx) => addUser(tx, { is_active: -1 as 1 }),
      (tx) => addUser(tx, { mail_opt_out: 2 as 1 }),
    ],
  },
  {
    rule: 'a session id has the length of a hash',
    accepts: [(tx) => addSession(tx, sessionId('a'))],
    rejects: [(tx) => addSession(tx, 'a'.repeat(63)), (tx) => addSession(tx, 'a'.repeat(65))],
  },
  {
    rule: 'an ISBN has 13 digits or is absent',
    accepts: [(tx) => addBook(tx, { isbn: null }), (tx) => addBook(tx, { isbn: '9780441013593' })],
    rejects: ['', '0441013597', '978-0441013593'].map((isbn) => (tx) => addBook(tx, { isbn })),
  },
  {
    rule: 'a price is 1 cent or more',
    accepts: [(tx) => addBook(tx, { price_cents: 1 })],
    rejects: [0, -1].map((price) => (tx) => addBook(tx, { price_cents: price })),
  },
  {
    rule: 'stock is 0 or more',
    accepts: [(tx) => addBook(tx, { stock_quantity: 0 }), (tx) => addBook(tx, { stock_quantity: 1_000_000 })],
    rejects: [
      (tx) => addBook(tx, { stock_quantity: -1 }),
      async (tx) => {
        const id = await addBook(tx, { stock_quantity: 1 })
        await tx
          .updateTable('books')
          .set((eb) => ({ stock_quantity: eb('stock_quantity', '-', 2) }))
          .where('id', '=', id)
          .execute()
      },
    ],
  },
  {
    rule: 'a movement has a delta other than 0 and leaves 0 or more',
    accepts: [-1, 1].map((delta) => async (tx) => {
      await addMovement(tx, { book_id: await addBook(tx), delta, quantity_after: 0 })
    }),
    rejects: [
      async (tx) => addMovement(tx, { book_id: await addBook(tx), delta: 0 }),
      async (tx) => addMovement(tx, { book_id: await addBook(tx), quantity_after: -1 }),
    ],
  },
  {
    rule: 'a closed waitlist has a movement, and only a closed one has a notified count',
    accepts: [
      (tx) => addEnded(tx, {}),
      (tx) => addEnded(tx, { at: 5, by: 'a movement' }),
      (tx) => addEnded(tx, { at: 0, by: 'a movement', count: 0 }),
      async (tx) => addClosedWaitlist(tx, await addBook(tx), 5),
    ],
    rejects: [
      (tx) => addEnded(tx, { at: 5 }),
      (tx) => addEnded(tx, { by: 'a movement' }),
      (tx) => addEnded(tx, { count: 3 }),
    ],
  },
  {
    rule: 'an account or a token made a movement, not both and not none',
    accepts: [
      async (tx) => addMovement(tx, { book_id: await addBook(tx) }),
      async (tx) => addMovement(tx, { book_id: await addBook(tx), token_id: await addToken(tx) }),
    ],
    rejects: actors.map((actor) => async (tx) => {
      const movement = { book_id: await addBook(tx), delta: 1, quantity_after: 1, created_at: 1 }
      await tx
        .insertInto('stock_movements')
        .values({ ...movement, ...(await actor(tx)) })
        .execute()
    }),
  },
  {
    rule: 'an account or a token has a kept answer, not both and not none',
    accepts: [
      async (tx) => insertStockRequest(tx, { actor: { userId: await addUser(tx) }, ...request }, 1),
      async (tx) => insertStockRequest(tx, { actor: { tokenId: await addToken(tx) }, ...request }, 1),
    ],
    rejects: actors.map((actor) => async (tx) => {
      const row = { idempotency_key: 'k', request_hash: 'h', answer: '{}', created_at: 1 }
      await tx
        .insertInto('stock_requests')
        .values({ ...row, ...(await actor(tx)) })
        .execute()
    }),
  },
  {
    rule: 'an account or a token made an audit entry, not both and not none',
    accepts: [
      async (tx) => recordAudit(tx, { actor: { userId: await addUser(tx) }, ...entry }),
      async (tx) => recordAudit(tx, { actor: { tokenId: await addToken(tx) }, ...entry }),
    ],
    rejects: actors.map((actor) => async (tx) => {
      await tx
        .insertInto('audit_entries')
        .values({ ...entry, details: '{}', ...(await actor(tx)) })
        .execute()
    }),
  },
  {
    rule: 'a token has a hash, and an earlier one has an end',
    accepts: [
      (tx) => addToken(tx, { hash: sessionId('a') }),
      (tx) => addToken(tx, { previous_hash: sessionId('b'), previous_until: 5 }),
    ],
    rejects: [
      (tx) => addToken(tx, { hash: 'a'.repeat(63) }),
      (tx) => addToken(tx, { previous_hash: 'b'.repeat(63), previous_until: 5 }),
      (tx) => addToken(tx, { previous_hash: sessionId('c') }),
      (tx) => addToken(tx, { previous_until: 5 }),
    ],
  },
  {
    rule: 'a cancelled prebook has a time and an earlier status, and others have neither',
    accepts: [
      (tx) => addCancelled(tx, null, null),
      (tx) => addCancelled(tx, 5, 'waiting'),
      (tx) => addCancelled(tx, 0, 'notified'),
    ],
    rejects: [
      (tx) => addCancelled(tx, 5, null),
      (tx) => addCancelled(tx, null, 'waiting'),
      (tx) => addCancelled(tx, null, 'notified'),
      (tx) => addCancelled(tx, 5, 'cancelled'),
      (tx) => addCancelled(tx, 5, ''),
    ],
  },
]

describe.each(engines)('the schema on $name', (engine) => {
  test.each(rules)('ensures that $rule', async ({ accepts, rejects }) => {
    await using database = await engine.create()
    for (const add of accepts) await database.store.write(add)
    for (const add of rejects) await expect(database.store.write(add)).rejects.toThrow(/check constraint/i)
  })

  test.each([`'many'`, `'12 copies'`, `'1.5'`])('rejects %s in a column of whole numbers', async (value) => {
    await using database = await engine.create()
    const id = await database.store.write((tx) => addBook(tx))
    const update = database.store.write((tx) =>
      sql`update books set price_cents = ${sql.raw(value)} where id = ${id}`.execute(tx),
    )
    await expect(update).rejects.toThrow(/cannot store|invalid input/i)
  })
})
