import { describe, expect, test } from 'vitest'
import type { Tx } from '../database.ts'
import { keepAnswer } from '../queries/kept-answers.ts'
import { insertSession } from '../queries/sessions.ts'
import { insertStockRequest } from '../queries/stock-requests.ts'
import { UniqueViolation } from '../store.ts'
import { engines } from '../testing/index.ts'
import {
  addBook,
  addClosedWaitlist,
  addDelivery,
  addMovement,
  addPrebook,
  addToken,
  addUser,
  addWaitlist,
  sessionId,
} from '../testing/rows.ts'

const session = { created_at: 1, expires_at: 2, public_id: 1 }
const kept = { key: 'k', fingerprint: 'f'.repeat(64), answer: '{}' }
const times = { now: 2, expired: 1 }
const request = { requestHash: 'h', answer: '{}' }

/** Adds one row for each unique constraint. */
async function addOneOfEach(tx: Tx) {
  const reader = await addUser(tx, { email: 'a@example.org' })
  await insertSession(tx, { id: sessionId('a'), user_id: reader, ...session })
  const admin = await addUser(tx, { role: 'admin' })
  await insertStockRequest(tx, { actor: { userId: admin }, key: 'k', ...request }, 1)
  await keepAnswer(tx, { ...kept, principal: { userId: reader } }, times)
  const book = await addBook(tx, { isbn: '9780441013593' })
  const movement = await addMovement(tx, { book_id: book })
  const closed = await addWaitlist(tx, { book_id: book, notified_at: 5, closed_by: movement })
  const notified = await addPrebook(tx, { waitlist_id: closed })
  await addDelivery(tx, { prebook_id: notified })
  const open = await addWaitlist(tx, { book_id: book })
  await addPrebook(tx, { waitlist_id: open, user_id: reader })
  const till = await addToken(tx, { hash: sessionId('c'), previous_hash: sessionId('d'), previous_until: 1 })
  await insertStockRequest(tx, { actor: { tokenId: till }, key: 'k', ...request }, 1)
  return { reader, admin, book, movement, closed, notified, open, till }
}
type Ids = Awaited<ReturnType<typeof addOneOfEach>>

type Rule = {
  rule: string
  /** Similar rows that are allowed. */
  accepts: ((tx: Tx, ids: Ids) => Promise<unknown>)[]
  rejects: (tx: Tx, ids: Ids) => Promise<unknown>
}

const rules: Rule[] = [
  {
    rule: 'an address has one account',
    accepts: [(tx) => addUser(tx, { email: 'b@example.org' })],
    rejects: (tx) => addUser(tx, { email: 'a@example.org' }),
  },
  {
    rule: 'a token has one session',
    accepts: [(tx, { admin }) => insertSession(tx, { id: sessionId('b'), user_id: admin, ...session })],
    rejects: (tx, { admin }) => insertSession(tx, { id: sessionId('a'), user_id: admin, ...session }),
  },
  {
    rule: 'a public id names one session of an account',
    accepts: [
      (tx, { reader }) =>
        insertSession(tx, { id: sessionId('b'), user_id: reader, ...session, public_id: 2 }),
      (tx, { admin }) => insertSession(tx, { id: sessionId('c'), user_id: admin, ...session }),
    ],
    rejects: (tx, { reader }) => insertSession(tx, { id: sessionId('b'), user_id: reader, ...session }),
  },
  {
    rule: 'an ISBN has one book, and any number have none',
    accepts: [
      (tx) => addBook(tx, { isbn: '9780804429573' }),
      (tx) => addBook(tx, { isbn: null }),
      (tx) => addBook(tx, { isbn: null }),
    ],
    rejects: (tx) => addBook(tx, { isbn: '9780441013593' }),
  },
  {
    rule: 'a book has one open waitlist',
    accepts: [
      (tx, { book }) => addClosedWaitlist(tx, book, 6),
      async (tx) => addWaitlist(tx, { book_id: await addBook(tx) }),
    ],
    rejects: (tx, { book }) => addWaitlist(tx, { book_id: book }),
  },
  {
    rule: 'a movement closes one waitlist',
    accepts: [(tx, { book }) => addClosedWaitlist(tx, book, 5)],
    rejects: (tx, { book, movement }) =>
      addWaitlist(tx, { book_id: book, notified_at: 6, closed_by: movement }),
  },
  {
    rule: 'a reader has one live prebook on a waitlist',
    accepts: [
      // Another reader, an earlier waitlist, and any number of cancelled prebooks.
      (tx, { open }) => addPrebook(tx, { waitlist_id: open }),
      (tx, { closed, reader }) => addPrebook(tx, { waitlist_id: closed, user_id: reader }),
      ...[6, 7].map((cancelled_at) => (tx: Tx, { open, reader }: Ids) => {
        const prebook = { waitlist_id: open, user_id: reader }
        return addPrebook(tx, { ...prebook, cancelled_at, cancelled_from: 'waiting' as const })
      }),
    ],
    rejects: (tx, { open, reader }) => addPrebook(tx, { waitlist_id: open, user_id: reader }),
  },
  {
    rule: 'a prebook has one delivery',
    accepts: [
      async (tx, { closed }) =>
        addDelivery(tx, { prebook_id: await addPrebook(tx, { waitlist_id: closed }) }),
    ],
    rejects: (tx, { notified }) => addDelivery(tx, { prebook_id: notified, state: 'sent' }),
  },
  {
    rule: 'an idempotency key identifies one request of an admin',
    accepts: [
      (tx, { admin }) => insertStockRequest(tx, { actor: { userId: admin }, key: 'other', ...request }, 1),
      (tx, { reader }) => insertStockRequest(tx, { actor: { userId: reader }, key: 'k', ...request }, 1),
    ],
    rejects: (tx, { admin }) => insertStockRequest(tx, { actor: { userId: admin }, key: 'k', ...request }, 1),
  },
  {
    rule: 'an idempotency key identifies one request of a token',
    accepts: [
      (tx, { till }) => insertStockRequest(tx, { actor: { tokenId: till }, key: 'other', ...request }, 1),
      async (tx) =>
        insertStockRequest(tx, { actor: { tokenId: await addToken(tx) }, key: 'k', ...request }, 1),
    ],
    rejects: (tx, { till }) => insertStockRequest(tx, { actor: { tokenId: till }, key: 'k', ...request }, 1),
  },
  {
    rule: 'a hash has one token',
    accepts: [(tx) => addToken(tx)],
    rejects: (tx) => addToken(tx, { hash: sessionId('c') }),
  },
  {
    rule: 'a previous hash has one token',
    accepts: [(tx) => addToken(tx), (tx) => addToken(tx)],
    rejects: (tx) => addToken(tx, { previous_hash: sessionId('d'), previous_until: 1 }),
  },
  {
    rule: 'an idempotency key has one kept answer, until it expires',
    accepts: [
      (tx, { reader }) => keepAnswer(tx, { ...kept, key: 'other', principal: { userId: reader } }, times),
      (tx, { admin }) => keepAnswer(tx, { ...kept, principal: { userId: admin } }, times),
      (tx, { reader }) => keepAnswer(tx, { ...kept, principal: { userId: reader } }, { now: 3, expired: 2 }),
    ],
    rejects: (tx, { reader }) =>
      keepAnswer(tx, { ...kept, principal: { userId: reader } }, { now: 4, expired: 2 }),
  },
]

describe.each(engines)('the schema on $name', (engine) => {
  test.each(rules)('ensures that $rule', async ({ accepts, rejects }) => {
    await using database = await engine.create()
    const ids = await database.store.write(addOneOfEach)
    for (const add of accepts) await database.store.write((tx) => add(tx, ids))
    const rejected = database.store.write((tx) => rejects(tx, ids))
    await expect(rejected).rejects.toThrow(UniqueViolation)
  })

  test('allows a reader to pre-book again after cancelling', async () => {
    await using database = await engine.create()
    await database.store.write(async (tx) => {
      const { open, reader } = await addOneOfEach(tx)
      await tx
        .updateTable('prebooks')
        .set({ cancelled_at: 2, cancelled_from: 'waiting' })
        .where('user_id', '=', reader)
        .execute()
      expect(await addPrebook(tx, { waitlist_id: open, user_id: reader })).toBeGreaterThan(0)
    })
  })

  test('rejects reviving a cancelled prebook next to a live one', async () => {
    await using database = await engine.create()
    const { open, reader } = await database.store.write(addOneOfEach)
    const gone = { waitlist_id: open, user_id: reader, cancelled_at: 2, cancelled_from: 'waiting' as const }
    const id = await database.store.write((tx) => addPrebook(tx, gone))
    const revived = database.store.write((tx) =>
      tx
        .updateTable('prebooks')
        .set({ cancelled_at: null, cancelled_from: null })
        .where('id', '=', id)
        .execute(),
    )
    await expect(revived).rejects.toThrow(UniqueViolation)
  })
})
