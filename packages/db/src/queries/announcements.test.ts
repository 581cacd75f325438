import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { addAnnouncement, addBook, addClosedWaitlist, addPrebook, addWaitlist } from '../testing/rows.ts'
import { findLastPrebookId, lockSettlingAnnouncement } from './announcements.ts'
import { dispatchSlice, listUndispatched } from './deliveries-dispatch.ts'
import { listOverdueBooks } from './expected-dates.ts'
import { UniqueViolation, type Store } from '../store.ts'

const kind = 'expected-date' as const
const details = '{"from":null,"to":"2027-03"}'

const deliveries = (store: Store) =>
  store.read((reader) => reader.selectFrom('deliveries').selectAll().orderBy('id').execute())

/** Five prebooks on an open waitlist: the second is cancelled, and the last was made after the announcement. */
async function announced(store: Store) {
  return store.write(async (tx) => {
    const book = await addBook(tx)
    const waitlist = await addWaitlist(tx, { book_id: book })
    const prebooks = [
      await addPrebook(tx, { waitlist_id: waitlist }),
      await addPrebook(tx, { waitlist_id: waitlist, cancelled_at: 2, cancelled_from: 'waiting' }),
      await addPrebook(tx, { waitlist_id: waitlist }),
      await addPrebook(tx, { waitlist_id: waitlist }),
    ]
    const last_prebook_id = await findLastPrebookId(tx, waitlist)
    const id = await addAnnouncement(tx, { book_id: book, waitlist_id: waitlist, details, last_prebook_id })
    prebooks.push(await addPrebook(tx, { waitlist_id: waitlist }))
    return { book, waitlist, prebooks, id, dispatch: { table: 'announcements', id } as const }
  })
}

describe.each(engines)('an announcement on $name', (engine) => {
  test('is dispatched in slices once it has settled, to those who waited then', async () => {
    await using database = await engine.create()
    const { store } = database
    const { book, prebooks, id, dispatch } = await announced(store)
    const step = (now: number) => store.write((tx) => dispatchSlice(tx, { dispatch, limit: 2, now }))
    const undispatched = (now: number) => store.read((reader) => listUndispatched(reader, { now, limit: 9 }))

    expect(await undispatched(4)).toEqual([])
    expect(await step(4)).toBeUndefined()
    expect(await undispatched(5)).toEqual([dispatch])
    expect(await step(5)).toEqual({ written: 1, done: false })
    expect(await step(6)).toEqual({ written: 2, done: false })
    expect(await step(7)).toEqual({ written: 0, done: true })
    expect(await step(8)).toBeUndefined()
    expect(await undispatched(9)).toEqual([])
    expect(await deliveries(store)).toMatchObject(
      [0, 2, 3].map((index) => ({
        kind,
        lane: 'bulk',
        prebook_id: prebooks[index],
        book_id: book,
        dedupe_key: `expected-date:${id}:${prebooks[index]}`,
        payload: details,
        state: 'pending',
      })),
    )
  })

  test('on a waitlist that was closed since is complete without a delivery', async () => {
    await using database = await engine.create()
    const { store } = database
    const { id, dispatch } = await store.write(async (tx) => {
      const book_id = await addBook(tx)
      const waitlist_id = await addClosedWaitlist(tx, book_id, 3)
      await addPrebook(tx, { waitlist_id })
      const announcement = await addAnnouncement(tx, { book_id, waitlist_id })
      return { id: announcement, dispatch: { table: 'announcements', id: announcement } as const }
    })
    const step = () => store.write((tx) => dispatchSlice(tx, { dispatch, limit: 2, now: 5 }))
    expect(await step()).toEqual({ written: 0, done: true })
    expect(await step()).toBeUndefined()
    expect(await deliveries(store)).toEqual([])
    const row = await store.read((reader) =>
      reader.selectFrom('announcements').select(['id', 'dispatched_at']).executeTakeFirst(),
    )
    expect(row).toEqual({ id, dispatched_at: 5 })
  })

  test('by two processes at once creates each delivery once', async () => {
    await using database = await engine.create()
    const other = await engine.openForRaces(database.url, { locks: true })
    await using stack = new AsyncDisposableStack()
    stack.defer(() => other.close())
    const { waitlist, dispatch, prebooks } = await announced(database.store)
    await database.store.write(async (tx) => {
      for (let n = 0; n < 30; n += 1) prebooks.push(await addPrebook(tx, { waitlist_id: waitlist }))
      await tx
        .updateTable('announcements')
        .set({ last_prebook_id: await findLastPrebookId(tx, waitlist) })
        .execute()
    })
    const walk = async (store: Store) => {
      for (;;) {
        const step = await store.write((tx) => dispatchSlice(tx, { dispatch, limit: 3, now: 7 }))
        if (step === undefined || step.done) return
      }
    }
    await Promise.all([walk(database.store), walk(other)])
    const rows = await deliveries(database.store)
    expect(rows.map((row) => row.prebook_id)).toEqual(prebooks.filter((_, index) => index !== 1))
  })

  test('can be replaced until its dispatch begins, and only one settles per waitlist', async () => {
    await using database = await engine.create()
    const { store } = database
    const { book, waitlist, id, dispatch } = await announced(store)
    const lock = () => store.write((tx) => lockSettlingAnnouncement(tx, { waitlistId: waitlist, kind }))
    const again = { book_id: book, waitlist_id: waitlist }
    expect(await lock()).toMatchObject({ id })
    await expect(store.write((tx) => addAnnouncement(tx, again))).rejects.toBeInstanceOf(UniqueViolation)
    await store.write((tx) => dispatchSlice(tx, { dispatch, limit: 1, now: 5 }))
    expect(await lock()).toBeUndefined()
    const later = await store.write((tx) => addAnnouncement(tx, again))
    expect(await lock()).toMatchObject({ id: later })
  })
})

describe.each(engines)('overdue books on $name', (engine) => {
  test('are those that are sold out and whose date is past, longest overdue first', async () => {
    await using database = await engine.create()
    const { store } = database
    const ids = await store.write(async (tx) => {
      const add = (expected_on: string | null, expected_until: string | null, stock_quantity = 0) =>
        addBook(tx, { title: 'T', expected_on, expected_until, stock_quantity })
      const [none, may, march, today, month, inStock] = [
        await add(null, null),
        await add('2026-05-11', '2026-05-11'),
        await add('2026-03', '2026-03-31'),
        await add('2026-11-30', '2026-11-30'),
        await add('2026-spring', '2026-05-31'),
        await add('2026-01', '2026-01-31', 3),
      ]
      const march2 = await add('2026-03-31', '2026-03-31')
      const closed = await addClosedWaitlist(tx, may, 3)
      await addPrebook(tx, { waitlist_id: closed })
      const waitlist_id = await addWaitlist(tx, { book_id: march })
      await addPrebook(tx, { waitlist_id })
      await addPrebook(tx, { waitlist_id })
      return { none, may, march, today, month, inStock, march2 }
    })
    const list = (page: Partial<Parameters<typeof listOverdueBooks>[1]> = {}) =>
      store.read((reader) =>
        listOverdueBooks(reader, { today: '2026-11-30', bookId: undefined, after: null, limit: 9, ...page }),
      )
    const all = await list()
    expect(all.map(({ id, waiting }) => [id, waiting])).toEqual([
      [ids.march, 2],
      [ids.march2, 0],
      [ids.may, 0],
      [ids.month, 0],
    ])
    expect((await list({ limit: 2 })).map(({ id }) => id)).toEqual([ids.march, ids.march2])
    const after = { until: '2026-03-31', id: ids.march2 }
    expect((await list({ after })).map(({ id }) => id)).toEqual([ids.may, ids.month])
    expect((await list({ bookId: ids.may })).map(({ id }) => id)).toEqual([ids.may])
    expect(await list({ bookId: ids.today })).toEqual([])
    expect((await list({ today: '2026-12-01', bookId: ids.today })).map(({ id }) => id)).toEqual([ids.today])
  })
})
