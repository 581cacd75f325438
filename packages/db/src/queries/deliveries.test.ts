import { describe, expect, test } from 'vitest'
import type { Tx } from '../database.ts'
import type { Store } from '../store.ts'
import { engines } from '../testing/index.ts'
import { addBook, addClosedWaitlist, addPrebook, addUser, addWaitlist } from '../testing/rows.ts'
import { dispatchSlice, listUndispatched } from './deliveries-dispatch.ts'
import {
  countBacklog,
  findDelivery,
  listDeliveries,
  listDeliveryIds,
  requeueDeliveries,
} from './deliveries-listing.ts'
import { claimDeliveries, concludeDelivery, hasDueDelivery, renewLeases } from './deliveries.ts'
import { findRestockFacts } from './deliveries-about-prebooks.ts'
import { findWaitlist } from './waitlists.ts'

/** A closed waitlist with a number of prebooks, in the order of the queue. */
async function closedWaitlist(tx: Tx, readers: number) {
  const book = await addBook(tx)
  const waitlist = await addClosedWaitlist(tx, book, 5)
  const prebooks: number[] = []
  for (let n = 0; n < readers; n += 1) prebooks.push(await addPrebook(tx, { waitlist_id: waitlist }))
  return { book, waitlist, prebooks }
}

/** Deliveries that are due at 100, one for each prebook of a closed waitlist. */
async function dispatched(store: Store, readers: number) {
  const rows = await store.write((tx) => closedWaitlist(tx, readers))
  await store.write((tx) =>
    dispatchSlice(tx, { dispatch: { table: 'waitlists', id: rows.waitlist }, limit: readers + 1, now: 100 }),
  )
  const ids = await store.read((reader) =>
    listDeliveryIds(reader, { state: 'pending', bookId: rows.book, afterId: 0, limit: readers }),
  )
  return { ...rows, ids }
}

const claim = (store: Store, token: string, now: number, limit = 10) =>
  store.write((tx) => claimDeliveries(tx, { lane: 'bulk', limit, token, now, leaseMs: 30 }))

describe.each(engines)('dispatching on $name', (engine) => {
  test('processes a closed waitlist in slices and creates one delivery for each notified prebook', async () => {
    await using database = await engine.create()
    const { store } = database
    const { book, waitlist, prebooks } = await store.write(async (tx) => {
      const rows = await closedWaitlist(tx, 4)
      const before = { cancelled_at: 4, cancelled_from: 'waiting' as const }
      const after = { cancelled_at: 6, cancelled_from: 'notified' as const }
      await addPrebook(tx, { waitlist_id: rows.waitlist, ...before })
      rows.prebooks.push(await addPrebook(tx, { waitlist_id: rows.waitlist, ...after }))
      await addPrebook(tx, { waitlist_id: await addWaitlist(tx, { book_id: await addBook(tx) }) })
      return rows
    })
    const step = () =>
      store.write((tx) =>
        dispatchSlice(tx, { dispatch: { table: 'waitlists', id: waitlist }, limit: 2, now: 7 }),
      )
    const undispatched = () => store.read((reader) => listUndispatched(reader, { now: 7, limit: 10 }))

    expect(await undispatched()).toMatchObject([{ id: waitlist }])
    expect(await step()).toEqual({ written: 2, done: false })
    expect(await store.read((reader) => findWaitlist(reader, waitlist))).toMatchObject({
      dispatch_cursor: prebooks[1],
      dispatched_at: null,
    })
    expect(await step()).toEqual({ written: 2, done: false })
    // A prebook that was cancelled before the broadcast counts for the slice, but gets no delivery.
    expect(await step()).toEqual({ written: 1, done: false })
    expect(await step()).toEqual({ written: 0, done: true })
    expect(await step()).toBeUndefined()
    expect(await undispatched()).toEqual([])

    const rows = await store.read((reader) =>
      reader.selectFrom('deliveries').selectAll().orderBy('id').execute(),
    )
    expect(rows.map((row) => row.prebook_id)).toEqual(prebooks)
    expect(rows[0]).toEqual({
      id: expect.any(Number),
      kind: 'restock',
      dedupe_key: `restock:${prebooks[0]}`,
      lane: 'bulk',
      user_id: expect.any(Number),
      recipient: null,
      payload: null,
      locale: 'en',
      prebook_id: prebooks[0],
      book_id: book,
      queued_at: 7,
      state: 'pending',
      attempts: 0,
      next_attempt_at: 7,
      lease_token: null,
      lease_expires_at: null,
      skip_reason: null,
      last_error: null,
      sent_at: null,
    })
  })

  test('does not process an open waitlist', async () => {
    await using database = await engine.create()
    const { store } = database
    const open = await store.write(async (tx) => {
      const waitlist_id = await addWaitlist(tx, { book_id: await addBook(tx) })
      await addPrebook(tx, { waitlist_id })
      return waitlist_id
    })
    expect(
      await store.write((tx) =>
        dispatchSlice(tx, { dispatch: { table: 'waitlists', id: open }, limit: 9, now: 7 }),
      ),
    ).toBeUndefined()
    expect(await store.read((reader) => findWaitlist(reader, open))).toMatchObject({ dispatched_at: null })
  })

  test('by two processes at once creates each delivery once', async () => {
    await using database = await engine.create()
    await using other = await second(engine, database.url)
    const { waitlist, prebooks } = await database.store.write((tx) => closedWaitlist(tx, 40))
    const walk = async (store: Store) => {
      for (;;) {
        const step = await store.write((tx) =>
          dispatchSlice(tx, { dispatch: { table: 'waitlists', id: waitlist }, limit: 3, now: 7 }),
        )
        if (step === undefined || step.done) return
      }
    }
    await Promise.all([walk(database.store), walk(database.store), walk(other.store)])
    const rows = await database.store.read((reader) =>
      reader.selectFrom('deliveries').select('prebook_id').orderBy('id').execute(),
    )
    expect(rows.map((row) => row.prebook_id)).toEqual(prebooks)
  })
})

async function second(engine: (typeof engines)[number], url: string) {
  const store = await engine.openForRaces(url, { locks: true })
  return { store, [Symbol.asyncDispose]: () => store.close() }
}

describe.each(engines)('a claim on $name', (engine) => {
  test('takes due deliveries, longest due first, and excludes other claims during the lease', async () => {
    await using database = await engine.create()
    const { store } = database
    const { ids } = await dispatched(store, 3)
    expect(await store.read((reader) => hasDueDelivery(reader, 'bulk', 99))).toBe(false)
    expect(await claim(store, 'a', 99)).toEqual([])
    expect(await store.read((reader) => hasDueDelivery(reader, 'bulk', 100))).toBe(true)
    expect(await claim(store, 'a', 100, 2)).toHaveLength(2)
    const [rest] = await claim(store, 'b', 100)
    expect(ids).toContain(rest?.id)
    expect(await claim(store, 'c', 129)).toEqual([])
    expect(await store.read((reader) => hasDueDelivery(reader, 'bulk', 129))).toBe(false)
  })

  test('by several workers at once takes each delivery exactly once', async () => {
    await using database = await engine.create()
    await using other = await second(engine, database.url)
    const { ids } = await dispatched(database.store, 60)
    const stores = [database.store, other.store, database.store, other.store]
    const claimed: number[] = []
    await Promise.all(
      stores.map(async (store, n) => {
        while (await store.read((reader) => hasDueDelivery(reader, 'bulk', 100)))
          claimed.push(...(await claim(store, `worker ${n}`, 100, 4)).map(({ id }) => id))
      }),
    )
    expect(claimed.toSorted((a, b) => a - b)).toEqual(ids)
  })

  test('that expired is taken over, and the outcome of the former worker is ignored', async () => {
    await using database = await engine.create()
    const { store } = database
    const { ids } = await dispatched(store, 1)
    const id = ids[0] ?? 0
    await claim(store, 'slow', 100)
    expect(await claim(store, 'quick', 130)).toEqual([{ id, kind: 'restock', attempts: 0 }])

    const late = await store.write((tx) =>
      concludeDelivery(tx, { id, kind: 'restock', token: 'slow' }, { state: 'failed', error: 'too late' }),
    )
    expect(late).toBe(false)
    expect(await store.read((reader) => findDelivery(reader, id))).toMatchObject({
      state: 'sending',
      lease_token: 'quick',
      last_error: null,
    })
    const holder = await store.write((tx) =>
      concludeDelivery(tx, { id, kind: 'restock', token: 'quick' }, { state: 'sent', at: 131 }),
    )
    expect(holder).toBe(true)
    expect(await store.read((reader) => findDelivery(reader, id))).toMatchObject({
      state: 'sent',
      sent_at: 131,
      attempts: 1,
      lease_token: null,
      lease_expires_at: null,
    })
  })

  test('can be renewed, but not by another worker', async () => {
    await using database = await engine.create()
    const { store } = database
    const { ids } = await dispatched(store, 2)
    await claim(store, 'a', 100, 1)
    const renew = (token: string, expiresAt: number) =>
      store.write((tx) => renewLeases(tx, { tokens: [token], ids, expiresAt }))
    await renew('a', 200)
    expect(await claim(store, 'b', 150)).toHaveLength(1)
    await renew('another worker', 900)
    expect(await claim(store, 'c', 200, 10)).toHaveLength(2)
  })

  test.each([
    [
      { state: 'skipped', reason: 'opted-out' },
      { state: 'skipped', skip_reason: 'opted-out', attempts: 0 },
    ],
    [
      { state: 'failed', error: '550 no' },
      { state: 'failed', last_error: '550 no', attempts: 1 },
    ],
    [{ state: 'held' }, { state: 'held', attempts: 0 }],
    [
      { state: 'pending', nextAttemptAt: 500, error: '451 later' },
      { state: 'pending', next_attempt_at: 500, last_error: '451 later', attempts: 1 },
    ],
    [
      { state: 'pending', nextAttemptAt: 100, error: null },
      { state: 'pending', next_attempt_at: 100, last_error: null, attempts: 0 },
    ],
  ] as const)('that ends as %j is recorded', async (outcome, row) => {
    await using database = await engine.create()
    const { store } = database
    const { ids } = await dispatched(store, 1)
    const id = ids[0] ?? 0
    await claim(store, 'a', 100)
    expect(
      await store.write((tx) => concludeDelivery(tx, { id, kind: 'restock', token: 'a' }, outcome)),
    ).toBe(true)
    expect(await store.read((reader) => findDelivery(reader, id))).toMatchObject({
      ...row,
      lease_token: null,
      lease_expires_at: null,
      sent_at: null,
    })
  })
})

describe.each(engines)('deliveries on $name', (engine) => {
  test('are read with all facts for their message', async () => {
    await using database = await engine.create()
    const { store } = database
    const { book, prebooks, ids } = await dispatched(store, 2)
    const facts = await store.read((reader) => findRestockFacts(reader, ids))
    expect(facts.map(({ id }) => id)).toEqual(ids)
    expect(facts[0]).toEqual({
      id: ids[0],
      kind: 'restock',
      lane: 'bulk',
      payload: null,
      refusals: 0,
      addressRefused: 0,
      prebookId: prebooks[0],
      prebookedAt: 1,
      cancelledAt: null,
      userId: expect.any(Number),
      email: expect.stringMatching(/@example\.org$/),
      userIsActive: 1,
      mailOptOut: 0,
      verifiedAt: null,
      bookId: book,
      bookTitle: 'Dune',
      bookAuthor: 'Frank Herbert',
      priceCents: 1_999,
      stockNow: 0,
      notifiedAt: 5,
      notifiedCount: null,
      copies: 3,
      locale: 'en',
      state: 'pending',
      leaseToken: null,
      manageGeneration: null,
    })
  })

  test('are listed newest first in pages, by state, by book, or by both', async () => {
    await using database = await engine.create()
    const { store } = database
    const first = await dispatched(store, 3)
    const other = await dispatched(store, 2)
    await claim(store, 'a', 100, 1)
    await store.write((tx) =>
      concludeDelivery(tx, { id: first.ids[0] ?? 0, kind: 'restock', token: 'a' }, { state: 'held' }),
    )
    const list = async (page: Partial<Parameters<typeof listDeliveries>[1]>) => {
      const all = { state: undefined, bookId: undefined, beforeId: null, limit: 10 }
      return (await store.read((reader) => listDeliveries(reader, { ...all, ...page }))).map(({ id }) => id)
    }
    const newestFirst = first.ids.toReversed()
    expect(await list({})).toEqual([...other.ids.toReversed(), ...newestFirst])
    expect(await list({ bookId: first.book })).toEqual(newestFirst)
    expect(await list({ bookId: first.book, limit: 2 })).toEqual(newestFirst.slice(0, 2))
    expect(await list({ bookId: first.book, beforeId: newestFirst[1] ?? 0 })).toEqual(newestFirst.slice(2))
    expect(await list({ state: 'held' })).toEqual([first.ids[0]])
    expect(await list({ state: 'pending', bookId: first.book })).toEqual(newestFirst.slice(0, 2))
    expect(await list({ state: 'sent' })).toEqual([])
    const rows = await store.read((reader) =>
      listDeliveries(reader, { state: 'held', bookId: undefined, beforeId: null, limit: 1 }),
    )
    expect(rows[0]).toMatchObject({ title: 'Dune', email: expect.any(String), address_refused: 0 })
  })

  test('are queued again with their attempts reset, unless their state forbids it', async () => {
    await using database = await engine.create()
    const { store } = database
    const { ids } = await dispatched(store, 2)
    const [failed = 0, sent = 0] = ids
    await claim(store, 'a', 100)
    await store.write(async (tx) => {
      await concludeDelivery(
        tx,
        { id: failed, kind: 'restock', token: 'a' },
        { state: 'failed', error: '550 no' },
      )
      await concludeDelivery(tx, { id: sent, kind: 'restock', token: 'a' }, { state: 'sent', at: 101 })
    })
    const requeue = () =>
      store.write((tx) => requeueDeliveries(tx, { ids, states: ['failed', 'held'], now: 300 }))
    expect(await requeue()).toBe(1)
    expect(await requeue()).toBe(0)
    expect(await store.read((reader) => findDelivery(reader, failed))).toMatchObject({
      state: 'pending',
      attempts: 0,
      queued_at: 300,
      next_attempt_at: 300,
    })
    expect(await store.read((reader) => findDelivery(reader, sent))).toMatchObject({ state: 'sent' })
  })

  test('in the backlog are counted, with the oldest and the undispatched waitlists', async () => {
    await using database = await engine.create()
    const { store } = database
    expect(await countBacklog(store, 10)).toEqual({
      deliveries: 0,
      oldestQueuedAt: null,
      oldestUrgentQueuedAt: null,
      undispatchedWaitlists: 0,
    })
    const { ids } = await dispatched(store, 5)
    await store.write((tx) => closedWaitlist(tx, 1))
    await claim(store, 'a', 100, 2)
    expect(await countBacklog(store, 10)).toEqual({
      deliveries: 5,
      oldestQueuedAt: 100,
      oldestUrgentQueuedAt: null,
      undispatchedWaitlists: 1,
    })
    expect(await countBacklog(store, 3)).toMatchObject({ deliveries: 3 })
    await store.write((tx) => addUser(tx))
    await store.write(async (tx) => {
      for (const id of ids) await concludeDelivery(tx, { id, kind: 'restock', token: 'a' }, { state: 'held' })
    })
    expect(await countBacklog(store, 10)).toMatchObject({ deliveries: 3, oldestQueuedAt: 100 })
  })

  test('in the backlog are counted beyond one slice, even if queued at the same time', async () => {
    await using database = await engine.create()
    const { store } = database
    await dispatched(store, 2_001)
    expect(await countBacklog(store, 100_000)).toMatchObject({ deliveries: 2_001 })
  })
})
