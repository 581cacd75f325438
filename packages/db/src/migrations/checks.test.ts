import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Tx } from '../database.ts'
import { insertSession } from '../queries/sessions.ts'
import { updateUser } from '../queries/users.ts'
import { engines } from '../testing/index.ts'
import {
  addBook,
  addClosedWaitlist,
  addDelivery,
  addMovement,
  addPrebook,
  addUser,
  addWaitlist,
  sessionId,
} from '../testing/rows.ts'

/** What a row may and may not say. What it may say proves that the refusal is about the value, not about the row. */
type Rule = {
  rule: string
  takes: ((tx: Tx) => Promise<unknown>)[]
  refuses: ((tx: Tx) => Promise<unknown>)[]
}

async function waitlistOfNewBook(tx: Tx): Promise<number> {
  return addWaitlist(tx, { book_id: await addBook(tx) })
}

/** A waitlist that says this of its end; the movement that may have closed it exists. */
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
  insertSession(tx, { id, user_id: await addUser(tx), created_at: 1, expires_at: 2 })

const addCancelled = async (tx: Tx, at: number | null, from: string | null) =>
  addPrebook(tx, {
    waitlist_id: await waitlistOfNewBook(tx),
    cancelled_at: at,
    // What the types forbid, the schema must refuse too: another program may write to the file.
    cancelled_from: from as 'waiting' | null,
  })

const addDeliveryIn = async (tx: Tx, state: string) =>
  addDelivery(tx, {
    prebook_id: await addPrebook(tx, { waitlist_id: await waitlistOfNewBook(tx) }),
    state: state as 'pending',
  })

const rules: Rule[] = [
  {
    rule: 'an account is a reader or an admin',
    takes: [(tx) => addUser(tx, { role: 'reader' }), (tx) => addUser(tx, { role: 'admin' })],
    refuses: ['owner', 'Admin', ''].map((role) => (tx) => addUser(tx, { role: role as 'admin' })),
  },
  {
    rule: 'a switch of an account is 0 or 1',
    takes: ([0, 1] as const).map((value) => (tx) => addUser(tx, { is_active: value, mail_opt_out: value })),
    refuses: [
      (tx) => addUser(tx, { is_active: 2 as 1 }),
      (tx) => addUser(tx, { is_active: -1 as 1 }),
      (tx) => addUser(tx, { mail_opt_out: 2 as 1 }),
    ],
  },
  {
    rule: 'an admin is never inactive',
    takes: [async (tx) => updateUser(tx, await addUser(tx), { is_active: 0 })],
    refuses: [
      (tx) => addUser(tx, { role: 'admin', is_active: 0 }),
      async (tx) => updateUser(tx, await addUser(tx, { role: 'admin' }), { is_active: 0 }),
      async (tx) => {
        const id = await addUser(tx, { is_active: 0 })
        await tx.updateTable('users').set({ role: 'admin' }).where('id', '=', id).execute()
      },
    ],
  },
  {
    rule: 'a session goes by a hash, never by a token of another length',
    takes: [(tx) => addSession(tx, sessionId('a'))],
    refuses: [(tx) => addSession(tx, 'a'.repeat(63)), (tx) => addSession(tx, 'a'.repeat(65))],
  },
  {
    rule: 'an ISBN has 13 digits or is absent',
    takes: [(tx) => addBook(tx, { isbn: null }), (tx) => addBook(tx, { isbn: '9780441013593' })],
    refuses: ['', '0441013597', '978-0441013593'].map((isbn) => (tx) => addBook(tx, { isbn })),
  },
  {
    rule: 'a price is 1 cent or more',
    takes: [(tx) => addBook(tx, { price_cents: 1 })],
    refuses: [0, -1].map((price) => (tx) => addBook(tx, { price_cents: price })),
  },
  {
    rule: 'stock is 0 or more',
    takes: [(tx) => addBook(tx, { stock_quantity: 0 }), (tx) => addBook(tx, { stock_quantity: 1_000_000 })],
    refuses: [
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
    rule: 'a movement moves something and leaves 0 or more',
    takes: [-1, 1].map((delta) => async (tx) => {
      await addMovement(tx, { book_id: await addBook(tx), delta, quantity_after: 0 })
    }),
    refuses: [
      async (tx) => addMovement(tx, { book_id: await addBook(tx), delta: 0 }),
      async (tx) => addMovement(tx, { book_id: await addBook(tx), quantity_after: -1 }),
    ],
  },
  {
    rule: 'a waitlist is closed by a movement or is open, and only a closed one knows how many it notified',
    takes: [
      (tx) => addEnded(tx, {}),
      (tx) => addEnded(tx, { at: 5, by: 'a movement' }),
      (tx) => addEnded(tx, { at: 0, by: 'a movement', count: 0 }),
      async (tx) => addClosedWaitlist(tx, await addBook(tx), 5),
    ],
    refuses: [
      (tx) => addEnded(tx, { at: 5 }),
      (tx) => addEnded(tx, { by: 'a movement' }),
      (tx) => addEnded(tx, { count: 3 }),
    ],
  },
  {
    rule: 'a cancelled prebook says when and from what, another says neither',
    takes: [
      (tx) => addCancelled(tx, null, null),
      (tx) => addCancelled(tx, 5, 'waiting'),
      (tx) => addCancelled(tx, 0, 'notified'),
    ],
    refuses: [
      (tx) => addCancelled(tx, 5, null),
      (tx) => addCancelled(tx, null, 'waiting'),
      (tx) => addCancelled(tx, null, 'notified'),
      (tx) => addCancelled(tx, 5, 'cancelled'),
      (tx) => addCancelled(tx, 5, ''),
    ],
  },
  {
    rule: 'a delivery is in one of six states',
    takes: ['pending', 'sending', 'sent', 'skipped', 'failed', 'held'].map(
      (state) => (tx) => addDeliveryIn(tx, state),
    ),
    refuses: ['queued', 'Sent', ''].map((state) => (tx) => addDeliveryIn(tx, state)),
  },
]

describe.each(engines)('the schema on $name', (engine) => {
  test.each(rules)('holds that $rule', async ({ takes, refuses }) => {
    await using database = await engine.create()
    for (const add of takes) await database.store.write(add)
    for (const add of refuses) await expect(database.store.write(add)).rejects.toThrow(/check constraint/i)
  })

  test.each([`'many'`, `'12 copies'`, `'1.5'`])(
    'keeps %s out of a column of whole numbers',
    async (value) => {
      await using database = await engine.create()
      const id = await database.store.write((tx) => addBook(tx))
      const update = database.store.write((tx) =>
        sql`update books set price_cents = ${sql.raw(value)} where id = ${id}`.execute(tx),
      )
      await expect(update).rejects.toThrow(/cannot store|invalid input/i)
    },
  )
})
