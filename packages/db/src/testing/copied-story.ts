import { sql } from 'kysely'
import type { Tx } from '../database.ts'
import { insertSession } from '../queries/sessions.ts'
import { insertStockRequest } from '../queries/stock-requests.ts'
import { addBook, addDelivery, addMovement, addPrebook, addUser, addWaitlist, sessionId } from './rows.ts'

/** Text that a careless copy changes: quotes of both engines, escapes, what arrays and NULLs are written with, any script. */
export const AWKWARD = `'"\\ {a,"b"} NULL null $1 \\N \\000 %s\tÆrø 雪国 שלום \u{1f4d6} e\u0301\nend `

/** The highest id there may be: 2^53 − 1. */
export const HIGHEST = Number.MAX_SAFE_INTEGER

/** Rows in every table, with every column that may be empty both empty and filled, for tests of copies. */
export async function tellCopiedStory(tx: Tx): Promise<void> {
  const admin = await addUser(tx, { email: 'admin@example.org', role: 'admin' })
  const reader = await addUser(tx, { email: AWKWARD, is_active: 0, mail_opt_out: 1 })
  await insertSession(tx, { id: sessionId('a'), user_id: reader, created_at: -1, expires_at: HIGHEST })
  const book = await addBook(tx, { title: AWKWARD, isbn: '9780441013593', description: AWKWARD })
  const plain = await addBook(tx, { title: '', isbn: null, description: null })
  const movement = await addMovement(tx, { book_id: book, actor_id: admin, note: AWKWARD })
  await addMovement(tx, { id: HIGHEST - 1, book_id: plain, actor_id: admin, note: null, delta: -3 })
  await insertStockRequest(tx, { actorId: admin, key: AWKWARD, requestHash: 'h', answer: '{"a":null}' }, 1)
  const closed = await addWaitlist(tx, {
    book_id: book,
    notified_at: 5,
    closed_by: movement,
    notified_count: 2,
    dispatch_cursor: 7,
    dispatched_at: 8,
  })
  const open = await addWaitlist(tx, { book_id: plain })
  const told = await addPrebook(tx, { waitlist_id: closed, user_id: reader })
  await addPrebook(tx, { waitlist_id: open, user_id: reader, cancelled_at: 2, cancelled_from: 'waiting' })
  await addPrebook(tx, { id: HIGHEST - 1, waitlist_id: open, user_id: reader })
  await addDelivery(tx, {
    prebook_id: told,
    book_id: book,
    state: 'sending',
    lease_token: AWKWARD,
    lease_expires_at: 9,
    skip_reason: AWKWARD,
    last_error: AWKWARD,
    sent_at: 10,
  })
  await addDelivery(tx, { prebook_id: HIGHEST - 1 })
  await sql`insert into throttle_counts (key, tries, expires_at) values (${sessionId('t')}, 1, 2)`.execute(tx)
}

/** Many rows, quickly: people, each with a place on one open waitlist. */
export async function addCrowd(tx: Tx, people: number): Promise<void> {
  const waitlist = await addWaitlist(tx, { book_id: await addBook(tx, { title: 'Crowded' }) })
  await sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${people})
    insert into users (email, password_hash, role, created_at)
    select 'crowd' || n || '@example.org', 'x', 'reader', n from numbers`.execute(tx)
  await sql`insert into prebooks (waitlist_id, user_id, created_at)
    select ${waitlist}, id, created_at from users where email like 'crowd%'`.execute(tx)
}
