import { describe, expect, test } from 'vitest'
import type { Tx } from '../database.ts'
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
  addUser,
  addWaitlist,
  sessionId,
} from '../testing/rows.ts'

const session = { created_at: 1, expires_at: 2 }
const request = { requestHash: 'h', answer: '{}' }

/** What is there before: one of everything that may be there only once. */
async function addOneOfEach(tx: Tx) {
  const reader = await addUser(tx, { email: 'a@example.org' })
  await insertSession(tx, { id: sessionId('a'), user_id: reader, ...session })
  const admin = await addUser(tx, { role: 'admin' })
  await insertStockRequest(tx, { actorId: admin, key: 'k', ...request }, 1)
  const book = await addBook(tx, { isbn: '9780441013593' })
  const movement = await addMovement(tx, { book_id: book })
  const closed = await addWaitlist(tx, { book_id: book, notified_at: 5, closed_by: movement })
  const told = await addPrebook(tx, { waitlist_id: closed })
  await addDelivery(tx, { prebook_id: told })
  const open = await addWaitlist(tx, { book_id: book })
  await addPrebook(tx, { waitlist_id: open, user_id: reader })
  return { reader, admin, book, movement, closed, told, open }
}
type Ids = Awaited<ReturnType<typeof addOneOfEach>>

type Rule = {
  rule: string
  /** What looks alike and may stand beside it all the same. */
  allows: ((tx: Tx, ids: Ids) => Promise<unknown>)[]
  refuses: (tx: Tx, ids: Ids) => Promise<unknown>
}

const rules: Rule[] = [
  {
    rule: 'an address has one account',
    allows: [(tx) => addUser(tx, { email: 'b@example.org' })],
    refuses: (tx) => addUser(tx, { email: 'a@example.org' }),
  },
  {
    rule: 'a token has one session',
    allows: [(tx, { reader }) => insertSession(tx, { id: sessionId('b'), user_id: reader, ...session })],
    refuses: (tx, { admin }) => insertSession(tx, { id: sessionId('a'), user_id: admin, ...session }),
  },
  {
    rule: 'an ISBN has one book, and any number have none',
    allows: [
      (tx) => addBook(tx, { isbn: '9780804429573' }),
      (tx) => addBook(tx, { isbn: null }),
      (tx) => addBook(tx, { isbn: null }),
    ],
    refuses: (tx) => addBook(tx, { isbn: '9780441013593' }),
  },
  {
    rule: 'a book has one open waitlist',
    allows: [
      (tx, { book }) => addClosedWaitlist(tx, book, 6),
      async (tx) => addWaitlist(tx, { book_id: await addBook(tx) }),
    ],
    refuses: (tx, { book }) => addWaitlist(tx, { book_id: book }),
  },
  {
    rule: 'a movement closes one waitlist',
    allows: [(tx, { book }) => addClosedWaitlist(tx, book, 5)],
    refuses: (tx, { book, movement }) =>
      addWaitlist(tx, { book_id: book, notified_at: 6, closed_by: movement }),
  },
  {
    rule: 'a person has one live prebook on a waitlist',
    allows: [
      // Another person; the spell before; and any number of places given up.
      (tx, { open }) => addPrebook(tx, { waitlist_id: open }),
      (tx, { closed, reader }) => addPrebook(tx, { waitlist_id: closed, user_id: reader }),
      ...[6, 7].map((cancelled_at) => (tx: Tx, { open, reader }: Ids) => {
        const place = { waitlist_id: open, user_id: reader }
        return addPrebook(tx, { ...place, cancelled_at, cancelled_from: 'waiting' as const })
      }),
    ],
    refuses: (tx, { open, reader }) => addPrebook(tx, { waitlist_id: open, user_id: reader }),
  },
  {
    rule: 'a prebook has one delivery',
    allows: [
      async (tx, { closed }) =>
        addDelivery(tx, { prebook_id: await addPrebook(tx, { waitlist_id: closed }) }),
    ],
    refuses: (tx, { told }) => addDelivery(tx, { prebook_id: told, state: 'sent' }),
  },
  {
    rule: 'an idempotency key names one request of an admin',
    allows: [
      (tx, { admin }) => insertStockRequest(tx, { actorId: admin, key: 'other', ...request }, 1),
      (tx, { reader }) => insertStockRequest(tx, { actorId: reader, key: 'k', ...request }, 1),
    ],
    refuses: (tx, { admin }) => insertStockRequest(tx, { actorId: admin, key: 'k', ...request }, 1),
  },
]

describe.each(engines)('the schema on $name', (engine) => {
  test.each(rules)('holds that $rule', async ({ allows, refuses }) => {
    await using database = await engine.create()
    const ids = await database.store.write(addOneOfEach)
    for (const add of allows) await database.store.write((tx) => add(tx, ids))
    const refused = database.store.write((tx) => refuses(tx, ids))
    await expect(refused).rejects.toThrow(UniqueViolation)
  })

  test('lets a person pre-book again after cancelling', async () => {
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

  test('refuses to bring a cancelled prebook back beside a live one', async () => {
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
