import { describe, expect, test } from 'vitest'
import type { ActorId } from '../actor.ts'
import type { Tx } from '../database.ts'
import { recordAudit } from '../queries/audit-entries.ts'
import { insertConsent } from '../queries/consents.ts'
import { insertSession } from '../queries/sessions.ts'
import { keepAnswer } from '../queries/kept-answers.ts'
import { insertStockRequest } from '../queries/stock-requests.ts'
import { claimWish, recordWishPrebook } from '../queries/used-wishes.ts'
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

const NOWHERE = 987_654

/** Every engine's error for a broken reference contains this. */
const brokenReference = /foreign key/i

async function waitlistOfNewBook(tx: Tx): Promise<number> {
  return addWaitlist(tx, { book_id: await addBook(tx) })
}

const addSessionOf = (tx: Tx, user_id: number) =>
  insertSession(tx, { id: sessionId('a'), user_id, created_at: 1, expires_at: 2, public_id: 1 })

const addRequestOf = (tx: Tx, actor: ActorId) =>
  insertStockRequest(tx, { actor, key: 'k', requestHash: 'h', answer: '{}' }, 1)

const addAnswerAbout = (tx: Tx, aboutUserId: number) =>
  keepAnswer(
    tx,
    { principal: { userId: 1 }, key: 'k', fingerprint: 'f'.repeat(64), answer: '{}', aboutUserId },
    { now: 2, expired: 1 },
  )

const addEntryBy = (tx: Tx, actor: ActorId) =>
  recordAudit(tx, { at: 1, actor, action: 'users.deactivate', subject: 'user:1', details: {} })

const orphans: { orphan: string; add: (tx: Tx) => Promise<unknown> }[] = [
  { orphan: 'session of no account', add: (tx) => addSessionOf(tx, NOWHERE) },
  { orphan: 'movement of no book', add: (tx) => addMovement(tx, { book_id: NOWHERE }) },
  {
    orphan: 'movement by no account',
    add: async (tx) => addMovement(tx, { book_id: await addBook(tx), actor_id: NOWHERE }),
  },
  { orphan: 'stock request by no account', add: (tx) => addRequestOf(tx, { userId: NOWHERE }) },
  { orphan: 'kept answer about no account', add: (tx) => addAnswerAbout(tx, NOWHERE) },
  { orphan: 'audit entry by no account', add: (tx) => addEntryBy(tx, { userId: NOWHERE }) },
  {
    orphan: 'consent of no prebook',
    add: (tx) => insertConsent(tx, { prebookId: NOWHERE, version: 'v', locale: 'en', givenAt: 1 }),
  },
  {
    orphan: 'wish of no prebook',
    async add(tx) {
      await claimWish(tx, { hash: 'h', expiresAt: 1 })
      await recordWishPrebook(tx, { hash: 'h', prebookId: NOWHERE, manageGeneration: 0 })
    },
  },
  { orphan: 'token of no account', add: (tx) => addToken(tx, { created_by: NOWHERE }) },
  {
    orphan: 'movement by no token',
    add: async (tx) => addMovement(tx, { book_id: await addBook(tx), token_id: NOWHERE }),
  },
  { orphan: 'stock request by no token', add: (tx) => addRequestOf(tx, { tokenId: NOWHERE }) },
  { orphan: 'audit entry by no token', add: (tx) => addEntryBy(tx, { tokenId: NOWHERE }) },
  { orphan: 'waitlist of no book', add: (tx) => addWaitlist(tx, { book_id: NOWHERE }) },
  {
    orphan: 'waitlist closed by no movement',
    add: async (tx) => addWaitlist(tx, { book_id: await addBook(tx), notified_at: 5, closed_by: NOWHERE }),
  },
  { orphan: 'prebook on no waitlist', add: (tx) => addPrebook(tx, { waitlist_id: NOWHERE }) },
  {
    orphan: 'prebook of no account',
    add: async (tx) => addPrebook(tx, { waitlist_id: await waitlistOfNewBook(tx), user_id: NOWHERE }),
  },
  { orphan: 'delivery of no prebook', add: (tx) => addDelivery(tx, { prebook_id: NOWHERE }) },
]

type Referenced = 'users' | 'api_tokens' | 'books' | 'stock_movements' | 'waitlists' | 'prebooks'

/** Rows that exactly one other row references, so that each reference is tested on its own. */
const referenced: { row: string; table: Referenced; add: (tx: Tx) => Promise<number> }[] = [
  {
    row: 'an account with a session',
    table: 'users',
    async add(tx) {
      const user = await addUser(tx)
      await addSessionOf(tx, user)
      return user
    },
  },
  {
    row: 'an account with a prebook',
    table: 'users',
    async add(tx) {
      const user = await addUser(tx)
      await addPrebook(tx, { waitlist_id: await waitlistOfNewBook(tx), user_id: user })
      return user
    },
  },
  {
    row: 'an account that moved stock',
    table: 'users',
    async add(tx) {
      const user = await addUser(tx, { role: 'admin' })
      await addMovement(tx, { book_id: await addBook(tx), actor_id: user })
      return user
    },
  },
  {
    row: 'an account with a stock request',
    table: 'users',
    async add(tx) {
      const user = await addUser(tx, { role: 'admin' })
      await addRequestOf(tx, { userId: user })
      return user
    },
  },
  {
    row: 'an account with a kept answer about it',
    table: 'users',
    async add(tx) {
      const user = await addUser(tx)
      await addAnswerAbout(tx, user)
      return user
    },
  },
  {
    row: 'an account with an audit entry',
    table: 'users',
    async add(tx) {
      const user = await addUser(tx, { role: 'admin' })
      await addEntryBy(tx, { userId: user })
      return user
    },
  },
  {
    row: 'an account that made a token',
    table: 'users',
    async add(tx) {
      const user = await addUser(tx, { role: 'admin' })
      await addToken(tx, { created_by: user })
      return user
    },
  },
  {
    row: 'a token that moved stock',
    table: 'api_tokens',
    async add(tx) {
      const token = await addToken(tx)
      await addMovement(tx, { book_id: await addBook(tx), token_id: token })
      return token
    },
  },
  {
    row: 'a token with a stock request',
    table: 'api_tokens',
    async add(tx) {
      const token = await addToken(tx)
      await addRequestOf(tx, { tokenId: token })
      return token
    },
  },
  {
    row: 'a token with an audit entry',
    table: 'api_tokens',
    async add(tx) {
      const token = await addToken(tx)
      await addEntryBy(tx, { tokenId: token })
      return token
    },
  },
  {
    row: 'a book with movements',
    table: 'books',
    async add(tx) {
      const book = await addBook(tx)
      await addMovement(tx, { book_id: book })
      return book
    },
  },
  {
    row: 'a book with a waitlist',
    table: 'books',
    async add(tx) {
      const book = await addBook(tx)
      await addWaitlist(tx, { book_id: book })
      return book
    },
  },
  {
    row: 'a movement that closed a waitlist',
    table: 'stock_movements',
    async add(tx) {
      const movement = await addMovement(tx, { book_id: await addBook(tx) })
      await addWaitlist(tx, { book_id: await addBook(tx), notified_at: 5, closed_by: movement })
      return movement
    },
  },
  {
    row: 'a waitlist with a prebook',
    table: 'waitlists',
    async add(tx) {
      const waitlist = await waitlistOfNewBook(tx)
      await addPrebook(tx, { waitlist_id: waitlist })
      return waitlist
    },
  },
  {
    row: 'a prebook with a delivery',
    table: 'prebooks',
    async add(tx) {
      const waitlist_id = await addClosedWaitlist(tx, await addBook(tx), 5)
      const prebook = await addPrebook(tx, { waitlist_id })
      await addDelivery(tx, { prebook_id: prebook })
      return prebook
    },
  },
]

describe.each(engines)('the schema on $name', (engine) => {
  test.each(orphans)('rejects a $orphan', async ({ add }) => {
    await using database = await engine.create()
    await expect(database.store.write(add)).rejects.toThrow(brokenReference)
  })

  test.each(referenced)('does not delete or renumber $row', async ({ table, add }) => {
    await using database = await engine.create()
    const { store } = database
    const id = await store.write(add)
    const gone = store.write((tx) => tx.deleteFrom(table).where('id', '=', id).execute())
    await expect(gone).rejects.toThrow(brokenReference)
    const renamed = store.write((tx) =>
      tx.updateTable(table).set({ id: NOWHERE }).where('id', '=', id).execute(),
    )
    await expect(renamed).rejects.toThrow(brokenReference)
    const found = await store.read((reader) =>
      reader.selectFrom(table).select('id').where('id', '=', id).execute(),
    )
    expect(found).toEqual([{ id }])
  })

  test('deletes rows that are no longer referenced', async () => {
    await using database = await engine.create()
    const { store } = database
    const user = await store.write(async (tx) => {
      const id = await addUser(tx)
      await addSessionOf(tx, id)
      return id
    })
    await store.write(async (tx) => {
      await tx.deleteFrom('sessions').execute()
      await tx.deleteFrom('users').where('id', '=', user).execute()
    })
    expect(await store.read((reader) => reader.selectFrom('users').selectAll().execute())).toEqual([])
  })
})
