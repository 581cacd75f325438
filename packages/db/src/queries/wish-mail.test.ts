import { describe, expect, test } from 'vitest'
import type { Store } from '../store.ts'
import { engines } from '../testing/index.ts'
import { addBook, addUser } from '../testing/rows.ts'
import { CLEAR_BATCH_ROWS, clearInBatches } from './clear-in-batches.ts'
import { claimDeliveries, concludeDelivery, type DeliveryOutcome } from './deliveries.ts'
import { queueMail } from './queue-mail.ts'
import { deleteOldWishMail, deleteWishMailTo, findWishMailFacts, hasOldWishMail } from './wish-mail.ts'

async function queueWish(store: Store, mail: { recipient: string; now: number; bookId: number }) {
  const dedupeKey = `confirm:${mail.recipient}:${mail.now}`
  await store.write((tx) => queueMail(tx, { ...mail, kind: 'confirm', lane: 'now', userId: null, dedupeKey }))
}

const recipients = (store: Store) =>
  store.read(async (reader) =>
    (await reader.selectFrom('deliveries').select('recipient').orderBy('id').execute()).map(
      ({ recipient }) => recipient,
    ),
  )

const claim = (store: Store) =>
  store.write((tx) => claimDeliveries(tx, { lane: 'now', limit: 1, token: 'a', now: 10, leaseMs: 50 }))

describe.each(engines)('mail that asks to confirm a pre-booking on $name', (engine) => {
  test('has the book and the account with its address, if there is one', async () => {
    await using database = await engine.create()
    const { store } = database
    const bookId = await store.write((tx) => addBook(tx, { title: 'Dune' }))
    const userId = await store.write((tx) => addUser(tx, { email: 'ada@example.org', mail_opt_out: 1 }))
    await queueWish(store, { recipient: 'ada@example.org', now: 1, bookId })
    await queueWish(store, { recipient: 'new@example.org', now: 2, bookId })
    const ids = await store.read(async (reader) =>
      (await reader.selectFrom('deliveries').select('id').execute()).map(({ id }) => id),
    )
    expect(await store.read((reader) => findWishMailFacts(reader, ids))).toMatchObject([
      { email: 'ada@example.org', userId, mailOptOut: 1, bookId, bookTitle: 'Dune', queuedAt: 1 },
      { email: 'new@example.org', userId: null, mailOptOut: null, bookId, queuedAt: 2 },
    ])
  })

  test.each<[DeliveryOutcome, number]>([
    [{ state: 'sent', at: 20 }, 0],
    [{ state: 'skipped', reason: 'opted-out' }, 0],
    [{ state: 'failed', error: '550 no' }, 0],
    [{ state: 'held' }, 0],
    [{ state: 'pending', nextAttemptAt: 90, error: '451 later' }, 1],
  ])('that ends as %j leaves %i rows', async (outcome, left) => {
    await using database = await engine.create()
    const { store } = database
    await queueWish(store, {
      recipient: 'new@example.org',
      now: 1,
      bookId: await store.write((tx) => addBook(tx)),
    })
    const [claimed] = await claim(store)
    const id = claimed?.id ?? 0
    const conclude = (token: string) =>
      store.write((tx) => concludeDelivery(tx, { id, kind: 'confirm', token }, outcome))
    expect(await conclude('of another worker')).toBe(false)
    expect(await recipients(store)).toHaveLength(1)
    expect(await conclude('a')).toBe(true)
    expect(await recipients(store)).toHaveLength(left)
    expect(await conclude('a')).toBe(false)
  })

  test('is deleted in batches when it is old, also from a worker that holds it, and no other mail is', async () => {
    await using database = await engine.create()
    const { store } = database
    const bookId = await store.write((tx) => addBook(tx))
    for (let count = 0; count < CLEAR_BATCH_ROWS + 2; count += 1)
      await queueWish(store, { recipient: `${count}@example.org`, now: 5, bookId })
    await queueWish(store, { recipient: 'later@example.org', now: 6, bookId })
    await store.write((tx) =>
      queueMail(tx, { kind: 'reset', lane: 'now', userId: null, recipient: 'reset', dedupeKey: 'r', now: 1 }),
    )
    await claim(store)
    expect(await store.read((reader) => hasOldWishMail(reader, 4))).toBe(false)
    expect(await store.read((reader) => hasOldWishMail(reader, 5))).toBe(true)
    expect(await clearInBatches(store, (tx) => deleteOldWishMail(tx, 5))).toBe(CLEAR_BATCH_ROWS + 2)
    expect(await recipients(store)).toEqual(['later@example.org', 'reset'])
  })

  test('is deleted by its address', async () => {
    await using database = await engine.create()
    const { store } = database
    const bookId = await store.write((tx) => addBook(tx))
    for (const recipient of ['ada@example.org', 'bob@example.org', 'ada@example.org'])
      await queueWish(store, { recipient, now: (await recipients(store)).length, bookId })
    await store.write((tx) => deleteWishMailTo(tx, 'ada@example.org'))
    expect(await recipients(store)).toEqual(['bob@example.org'])
  })
})
