import { sql } from 'kysely'
import type { Tx } from '../database.ts'
import { openAccountLink } from '../queries/account-links.ts'
import { recordAudit } from '../queries/audit-entries.ts'
import { addInstallationValue } from '../queries/installation.ts'
import { keepAnswer } from '../queries/kept-answers.ts'
import { queueMail } from '../queries/queue-mail.ts'
import { insertSession } from '../queries/sessions.ts'
import { insertStockRequest } from '../queries/stock-requests.ts'
import {
  addAnnouncement,
  addBook,
  addDelivery,
  addMovement,
  addPrebook,
  addToken,
  addUser,
  addWaitlist,
  sessionId,
} from './rows.ts'

/**
 * Text that a careless copy corrupts: quotes of both engines, escapes, the syntax of arrays and NULL, several scripts.
 */
export const TRICKY_TEXT = `'"\\ {a,"b"} NULL null $1 \\N \\000 %s\tÆrø 雪国 שלום \u{1f4d6} e\u0301\nend `

/** The highest possible id: 2^53 − 1. */
export const MAX_ID = Number.MAX_SAFE_INTEGER

/** Inserts rows into every table, with each nullable column both null and filled. For tests of copies. */
export async function insertSampleRows(tx: Tx): Promise<void> {
  const admin = await addUser(tx, {
    email: 'admin@example.org',
    role: 'admin',
    verified_at: 1,
    erased_at: MAX_ID,
    locale: TRICKY_TEXT,
  })
  await addUser(tx, { email: 'staff@example.org', role: 'staff' })
  await addUser(tx, { email: null, password_hash: null, is_active: 0, erased_at: 5 })
  const reader = await addUser(tx, { email: TRICKY_TEXT, is_active: 0, mail_opt_out: 1 })
  await insertSession(tx, {
    id: sessionId('a'),
    user_id: reader,
    created_at: -1,
    expires_at: MAX_ID,
    public_id: MAX_ID,
    last_used_at: 3_600_000,
    agent: TRICKY_TEXT,
  })
  await insertSession(tx, {
    id: sessionId('b'),
    user_id: reader,
    created_at: 1,
    expires_at: 2,
    public_id: 1,
    agent: null,
  })
  const book = await addBook(tx, {
    title: TRICKY_TEXT,
    isbn: '9780441013593',
    description: TRICKY_TEXT,
    expected_on: '2027-winter',
    expected_until: '2028-02-29',
  })
  const plain = await addBook(tx, { title: '', isbn: null, description: null })
  const movement = await addMovement(tx, { book_id: book, actor_id: admin, note: TRICKY_TEXT })
  await addMovement(tx, { id: MAX_ID - 1, book_id: plain, actor_id: admin, note: null, delta: -3 })
  await insertStockRequest(
    tx,
    { actor: { userId: admin }, key: TRICKY_TEXT, requestHash: 'h', answer: '{"a":null}' },
    1,
  )
  const token = await addToken(tx, {
    name: TRICKY_TEXT,
    scopes: 'stock:write users:read',
    created_by: admin,
    expires_at: MAX_ID,
    last_used_at: 60_000,
    revoked_at: 15,
    previous_hash: sessionId('p'),
    previous_until: 16,
  })
  await addToken(tx, { created_by: admin })
  await addMovement(tx, { id: 2, book_id: plain, token_id: token })
  await insertStockRequest(tx, { actor: { tokenId: token }, key: 'k', requestHash: 'h', answer: '{}' }, 2)
  const kept = { key: TRICKY_TEXT, fingerprint: 'f'.repeat(64), answer: TRICKY_TEXT }
  const times = { now: MAX_ID, expired: 0 }
  await keepAnswer(tx, { ...kept, principal: { userId: reader } }, times)
  await keepAnswer(tx, { ...kept, principal: { userId: admin }, aboutUserId: reader }, times)
  const closed = await addWaitlist(tx, {
    book_id: book,
    notified_at: 5,
    closed_by: movement,
    notified_count: 2,
    dispatch_cursor: 7,
    dispatched_at: 8,
  })
  const open = await addWaitlist(tx, { book_id: plain })
  // It comes before the book that replaces it.
  await addBook(tx, { withdrawn_at: 18, successor_id: plain + 2 })
  await addBook(tx)
  await addWaitlist(tx, { book_id: book, withdrawn_at: 19, withdrawal_note: TRICKY_TEXT })
  await addAnnouncement(tx, { book_id: plain, waitlist_id: open, details: TRICKY_TEXT })
  await addAnnouncement(tx, {
    book_id: book,
    waitlist_id: closed,
    settles_at: MAX_ID,
    dispatch_cursor: 3,
    dispatched_at: MAX_ID,
  })
  const notified = await addPrebook(tx, { waitlist_id: closed, user_id: reader })
  await addPrebook(tx, { waitlist_id: open, user_id: reader, cancelled_at: 2, cancelled_from: 'waiting' })
  await addPrebook(tx, { id: MAX_ID - 1, waitlist_id: open, user_id: reader })
  const consent = { version: '2026-11-30', locale: TRICKY_TEXT, given_at: MAX_ID }
  await tx
    .insertInto('consents')
    .values({ prebook_id: notified, ...consent })
    .execute()
  await tx
    .insertInto('used_wishes')
    .values([
      { hash: sessionId('w'), prebook_id: notified, manage_generation: 3, expires_at: 20 },
      { hash: sessionId('x'), prebook_id: null, manage_generation: null, expires_at: MAX_ID },
    ])
    .execute()
  await addDelivery(tx, {
    prebook_id: notified,
    book_id: book,
    state: 'sending',
    lease_token: TRICKY_TEXT,
    lease_expires_at: 9,
    skip_reason: TRICKY_TEXT,
    last_error: TRICKY_TEXT,
    sent_at: 10,
  })
  await addDelivery(tx, { prebook_id: MAX_ID - 1 })
  await queueMail(tx, {
    kind: 'invite',
    lane: 'now',
    userId: reader,
    recipient: TRICKY_TEXT,
    dedupeKey: TRICKY_TEXT,
    payload: { text: TRICKY_TEXT },
    now: 12,
  })
  await openAccountLink(tx, {
    userId: reader,
    purpose: 'invite',
    expiresAt: 13,
    email: TRICKY_TEXT,
    role: 'admin',
  })
  await openAccountLink(tx, { userId: admin, purpose: 'reset', expiresAt: MAX_ID })
  await tx
    .insertInto('refusals')
    .values({ email: TRICKY_TEXT, delivery_id: MAX_ID, permanent: 1, refused_at: 14 })
    .execute()
  await recordAudit(tx, {
    at: 11,
    actor: { userId: admin },
    action: 'stock.set',
    subject: `book:${book}`,
    details: { movementId: movement, delta: 3, quantityAfter: 3 },
  })
  await recordAudit(tx, {
    at: 17,
    actor: { tokenId: token },
    action: 'deliveries.redrive',
    subject: 'deliveries',
    details: { redriven: 3 },
  })
  await addInstallationValue(tx, 'signing-key', TRICKY_TEXT)
  await sql`insert into throttle_counts (key, tries, expires_at) values (${sessionId('t')}, 1, 2)`.execute(tx)
}

/** Inserts many readers quickly, each with a prebook on the same open waitlist. */
export async function addCrowd(tx: Tx, readers: number): Promise<void> {
  const waitlist = await addWaitlist(tx, { book_id: await addBook(tx, { title: 'Crowded' }) })
  await sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${readers})
    insert into users (email, password_hash, role, created_at)
    select 'crowd' || n || '@example.org', 'x', 'reader', n from numbers`.execute(tx)
  await sql`insert into prebooks (waitlist_id, user_id, created_at)
    select ${waitlist}, id, created_at from users where email like 'crowd%'`.execute(tx)
}
