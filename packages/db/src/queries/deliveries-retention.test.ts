import { describe, expect, test } from 'vitest'
import { DeliveryLane, DeliveryState, SETTLED_STATES } from '@prebook/core'
import type { Store } from '../store.ts'
import { engines } from '../testing/index.ts'
import { addBook, addClosedWaitlist, addDelivery, addPrebook, addUser } from '../testing/rows.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'
import { dispatchSlice } from './deliveries-dispatch.ts'
import { requeueDeliveries } from './deliveries-listing.ts'
import { deleteSettledDeliveries } from './deliveries-retention.ts'
import { queueMail } from './queue-mail.ts'
import { listRefusals, recordRefusal } from './suppressions.ts'

const stored = (store: Store) =>
  store.read((reader) => reader.selectFrom('deliveries').selectAll().orderBy('id').execute())

/** A waitlist of a book that is back, with some readers who were notified. */
async function notifiedReaders(store: Store, readers: number): Promise<number> {
  return store.write(async (tx) => {
    const waitlistId = await addClosedWaitlist(tx, await addBook(tx), 5)
    for (let count = 0; count < readers; count += 1) await addPrebook(tx, { waitlist_id: waitlistId })
    return waitlistId
  })
}

describe.each(engines)('settled deliveries on $name', (engine) => {
  test('are deleted at an age, and those of other states and lanes are kept', async () => {
    await using database = await engine.create()
    const { store } = database
    const waitlist_id = await notifiedReaders(store, 0)
    await store.write(async (tx) => {
      for (const lane of DeliveryLane.options)
        for (const state of DeliveryState.options)
          for (const next_attempt_at of [5, 6])
            await addDelivery(tx, {
              prebook_id: await addPrebook(tx, { waitlist_id }),
              lane,
              state,
              next_attempt_at,
            })
    })
    for (const lane of DeliveryLane.options)
      for (const state of SETTLED_STATES) {
        const settled = { lane, state }
        expect(await store.write((tx) => deleteSettledDeliveries(tx, { ...settled, dueBy: 4 }))).toBe(0)
        expect(await store.write((tx) => deleteSettledDeliveries(tx, { ...settled, dueBy: 5 }))).toBe(1)
      }
    const left = (await stored(store)).map(
      ({ lane, state, next_attempt_at }) => `${lane} ${state} ${next_attempt_at}`,
    )
    const expected = DeliveryLane.options.flatMap((lane) => [
      ...['pending', 'sending', 'held'].flatMap((state) => [`${lane} ${state} 5`, `${lane} ${state} 6`]),
      ...SETTLED_STATES.map((state) => `${lane} ${state} 6`),
    ])
    expect(left.toSorted()).toEqual(expected.toSorted())
  })

  test('are deleted in batches, longest due first', async () => {
    await using database = await engine.create()
    const { store } = database
    const waitlist_id = await notifiedReaders(store, 0)
    await store.write(async (tx) => {
      for (let count = 0; count < CLEAR_BATCH_ROWS + 3; count += 1)
        await addDelivery(tx, {
          prebook_id: await addPrebook(tx, { waitlist_id }),
          state: 'sent',
          next_attempt_at: count < 3 ? 9 : 8,
        })
    })
    const settled = { lane: 'bulk', state: 'sent', dueBy: 9 } as const
    expect(await store.write((tx) => deleteSettledDeliveries(tx, settled))).toBe(CLEAR_BATCH_ROWS)
    expect((await stored(store)).map((row) => row.next_attempt_at)).toEqual([9, 9, 9])
    expect(await store.write((tx) => deleteSettledDeliveries(tx, settled))).toBe(3)
  })

  test('are not queued again by the dispatch of their waitlist, in the middle or at the end', async () => {
    await using database = await engine.create()
    const { store } = database
    const waitlistId = await notifiedReaders(store, 5)
    const dispatch = () =>
      store.write((tx) =>
        dispatchSlice(tx, { dispatch: { table: 'waitlists', id: waitlistId }, limit: 3, now: 6 }),
      )
    const settleAndDelete = () =>
      store.write(async (tx) => {
        await tx.updateTable('deliveries').set({ state: 'sent' }).execute()
        return deleteSettledDeliveries(tx, { lane: 'bulk', state: 'sent', dueBy: 6 })
      })
    expect(await dispatch()).toEqual({ written: 3, done: false })
    expect(await settleAndDelete()).toBe(3)
    expect(await dispatch()).toEqual({ written: 2, done: true })
    expect(await settleAndDelete()).toBe(2)
    expect(await dispatch()).toBeUndefined()
    expect(await stored(store)).toEqual([])
  })

  test('leave what their addresses refused, and their ids are not used again', async () => {
    await using database = await engine.create()
    const { store } = database
    const mail = { kind: 'reset', lane: 'now', dedupeKey: 'reset:1:1', now: 5 } as const
    const deliveryId = await store.write(async (tx) => {
      await queueMail(tx, { ...mail, userId: await addUser(tx, { email: 'a@example.org' }) })
      const { id } = await tx
        .updateTable('deliveries')
        .set({ state: 'failed' })
        .returning('id')
        .executeTakeFirstOrThrow()
      await recordRefusal(tx, { email: 'a@example.org', deliveryId: id, permanent: true, at: 5 })
      return id
    })
    await store.write((tx) => deleteSettledDeliveries(tx, { lane: 'now', state: 'failed', dueBy: 5 }))
    const page = { email: 'a@example.org', afterId: 0, limit: 9 }
    expect(await store.read((reader) => listRefusals(reader, page))).toMatchObject([
      { delivery_id: deliveryId },
    ])
    await store.write((tx) => queueMail(tx, { ...mail, userId: null }))
    expect((await stored(store))[0]?.id).toBeGreaterThan(deliveryId)
  })

  test('that an admin queues again at the same time are either deleted or sent', async () => {
    await using database = await engine.create()
    const { store } = database
    const waitlist_id = await notifiedReaders(store, 0)
    for (let round = 0; round < 30; round += 1) {
      const id = await store.write(async (tx) =>
        addDelivery(tx, {
          prebook_id: await addPrebook(tx, { waitlist_id }),
          state: 'failed',
          next_attempt_at: 5,
        }),
      )
      const [queued] = await Promise.all([
        store.write((tx) => requeueDeliveries(tx, { ids: [id], states: ['failed'], now: 9 })),
        store.write((tx) => deleteSettledDeliveries(tx, { lane: 'bulk', state: 'failed', dueBy: 5 })),
      ])
      const left = (await stored(store)).filter((row) => row.id === id)
      expect(left.map((row) => row.state)).toEqual(queued === 1 ? ['pending'] : [])
    }
  })
})
