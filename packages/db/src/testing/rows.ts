import { searchText } from '@prebook/core'
import type { Insertable } from 'kysely'
import type { Database, Tx } from '../database.ts'
import { addSearchWords } from '../engines/book-index.ts'
import { changeWaiting } from '../queries/waitlists.ts'

type Fields<Table extends keyof Database> = Partial<Insertable<Database[Table]>>

let serial = 0

// Each function inserts a row with default values and returns its id. A test sets only the fields that matter to it.

export async function addUser(tx: Tx, fields: Fields<'users'> = {}): Promise<number> {
  serial += 1
  const row = {
    email: `reader${serial}@example.org`,
    password_hash: 'x',
    role: 'reader' as const,
    created_at: 1,
  }
  return tx
    .insertInto('users')
    .values({ ...row, ...fields })
    .returning('id')
    .executeTakeFirstOrThrow()
    .then(({ id }) => id)
}

export async function addToken(tx: Tx, fields: Fields<'api_tokens'> = {}): Promise<number> {
  serial += 1
  const created_by = fields.created_by ?? (await addUser(tx, { role: 'admin' }))
  const row = { name: `Token ${serial}`, hash: String(serial).padStart(64, '0'), scopes: '', created_at: 1 }
  return tx
    .insertInto('api_tokens')
    .values({ created_by, ...row, ...fields })
    .returning('id')
    .executeTakeFirstOrThrow()
    .then(({ id }) => id)
}

export async function addBook(tx: Tx, fields: Fields<'books'> = {}): Promise<number> {
  const row = {
    title: 'Dune',
    author: 'Frank Herbert',
    price_cents: 1_999,
    stock_quantity: 0,
    created_at: 1,
    updated_at: 1,
  }
  const search_text = searchText({ isbn: null, ...row, ...fields })
  const { id } = await tx
    .insertInto('books')
    .values({ search_text, ...row, ...fields })
    .returning('id')
    .executeTakeFirstOrThrow()
  await addSearchWords(tx, [search_text])
  return id
}

export async function addMovement(
  tx: Tx,
  fields: Fields<'stock_movements'> & { book_id: number },
): Promise<number> {
  const actor_id =
    fields.token_id == null ? (fields.actor_id ?? (await addUser(tx, { role: 'admin' }))) : null
  return tx
    .insertInto('stock_movements')
    .values({ delta: 3, quantity_after: 3, created_at: 1, ...fields, actor_id })
    .returning('id')
    .executeTakeFirstOrThrow()
    .then(({ id }) => id)
}

export async function addWaitlist(
  tx: Tx,
  fields: Fields<'waitlists'> & { book_id: number },
): Promise<number> {
  return tx
    .insertInto('waitlists')
    .values({ opened_at: 1, ...fields })
    .returning('id')
    .executeTakeFirstOrThrow()
    .then(({ id }) => id)
}

/** An announcement that settles at 5, for everybody on a waitlist. */
export async function addAnnouncement(
  tx: Tx,
  fields: Fields<'announcements'> & { book_id: number; waitlist_id: number },
): Promise<number> {
  const row = { kind: 'expected-date' as const, details: '{"from":null,"to":"2027-03"}', settles_at: 5 }
  return tx
    .insertInto('announcements')
    .values({ ...row, last_prebook_id: Number.MAX_SAFE_INTEGER, created_at: 1, ...fields })
    .returning('id')
    .executeTakeFirstOrThrow()
    .then(({ id }) => id)
}

/** A waitlist that was closed at `notifiedAt` by a new movement. */
export async function addClosedWaitlist(tx: Tx, bookId: number, notifiedAt: number): Promise<number> {
  const closed_by = await addMovement(tx, { book_id: bookId })
  return addWaitlist(tx, { book_id: bookId, notified_at: notifiedAt, closed_by })
}

export async function addPrebook(
  tx: Tx,
  fields: Fields<'prebooks'> & { waitlist_id: number },
): Promise<number> {
  const user_id = fields.user_id ?? (await addUser(tx))
  if (fields.cancelled_from !== 'waiting') await changeWaiting(tx, { waitlistId: fields.waitlist_id, by: 1 })
  return tx
    .insertInto('prebooks')
    .values({ user_id, created_at: 1, ...fields })
    .returning('id')
    .executeTakeFirstOrThrow()
    .then(({ id }) => id)
}

export async function addDelivery(
  tx: Tx,
  fields: Fields<'deliveries'> & { prebook_id: number },
): Promise<number> {
  const { user_id } = await tx
    .selectFrom('prebooks')
    .select('user_id')
    .where('id', '=', fields.prebook_id)
    .executeTakeFirst()
    .then((prebook) => prebook ?? { user_id: null })
  const row = {
    kind: 'restock' as const,
    dedupe_key: `restock:${fields.prebook_id}`,
    lane: 'bulk' as const,
    user_id,
    state: 'pending' as const,
    next_attempt_at: 1,
  }
  return tx
    .insertInto('deliveries')
    .values({ ...row, ...fields })
    .returning('id')
    .executeTakeFirstOrThrow()
    .then(({ id }) => id)
}

/** A session id: a letter repeated to the length of a SHA-256 in hexadecimal. */
export function sessionId(letter: string): string {
  return letter.repeat(64)
}
