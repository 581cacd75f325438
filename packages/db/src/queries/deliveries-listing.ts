import { setImmediate as turn } from 'node:timers/promises'
import { DeliveryState } from '@prebook/core'
import { sql } from 'kysely'
import type { DeliveryRow, Reader, Tx } from '../database.ts'
import type { Store } from '../store.ts'
import { COUNTED_AT_ONCE } from './bounded-count.ts'

/** A delivery with the person it is for and the book it is about. */
export type ListedDelivery = DeliveryRow & { user_id: number; email: string; book: number; title: string }

/** Deliveries, newest first, from before `beforeId` on, of one state, of one book, or all. */
export async function listDeliveries(
  reader: Reader,
  page: {
    state: DeliveryState | undefined
    bookId: number | undefined
    beforeId: number | null
    limit: number
  },
): Promise<ListedDelivery[]> {
  if (page.bookId === undefined || page.state !== undefined) return listSlice(reader, page)
  // A book's deliveries are in the index state by state: the newest of each, then the newest of these.
  const newest: ListedDelivery[] = []
  for (const state of DeliveryState.options) newest.push(...(await listSlice(reader, { ...page, state })))
  return newest.toSorted((a, b) => b.id - a.id).slice(0, page.limit)
}

async function listSlice(
  reader: Reader,
  page: Parameters<typeof listDeliveries>[1],
): Promise<ListedDelivery[]> {
  let query = reader
    .selectFrom('deliveries')
    .innerJoin('prebooks', 'prebooks.id', 'deliveries.prebook_id')
    .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
    .innerJoin('books', 'books.id', 'waitlists.book_id')
    .innerJoin('users', 'users.id', 'prebooks.user_id')
    .selectAll('deliveries')
    .select(['users.id as user_id', 'users.email', 'books.id as book', 'books.title'])
    .orderBy('deliveries.id', 'desc')
    .limit(page.limit)
  if (page.bookId !== undefined) query = query.where('deliveries.book_id', '=', page.bookId)
  if (page.state !== undefined) query = query.where('deliveries.state', '=', page.state)
  if (page.beforeId !== null) query = query.where('deliveries.id', '<', page.beforeId)
  return query.execute()
}

/** One delivery, or undefined. */
export async function findDelivery(reader: Reader, deliveryId: number): Promise<DeliveryRow | undefined> {
  return reader.selectFrom('deliveries').selectAll().where('id', '=', deliveryId).executeTakeFirst()
}

/** Ids of settled deliveries in the order of their ids, from after `afterId` on. */
export async function listDeliveryIds(
  reader: Reader,
  page: { state: DeliveryState; bookId: number | undefined; afterId: number; limit: number },
): Promise<number[]> {
  let query = reader
    .selectFrom('deliveries')
    .select('id')
    .where('state', '=', page.state)
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
  if (page.bookId !== undefined) query = query.where('book_id', '=', page.bookId)
  return (await query.execute()).map(({ id }) => id)
}

/**
 * Puts deliveries back in line, with all their tries before them. Those that are not in one of the states are left.
 *
 * @returns how many
 */
export async function requeueDeliveries(
  tx: Tx,
  requeue: { ids: number[]; states: readonly DeliveryState[]; now: number },
): Promise<number> {
  if (requeue.ids.length === 0) return 0
  const { numUpdatedRows } = await tx
    .updateTable('deliveries')
    .set({ state: 'pending', attempts: 0, queued_at: requeue.now, next_attempt_at: requeue.now })
    .where('id', 'in', requeue.ids)
    .where('state', 'in', requeue.states)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

/** What waits to be sent: how many deliveries, counted to `cap`, and since when the oldest waits (milliseconds UTC). */
export type Backlog = { deliveries: number; oldestQueuedAt: number | null; undispatchedWaitlists: number }

/** Counts the backlog in slices, giving way to others after each; what is settled costs nothing. */
export async function countBacklog(store: Pick<Store, 'read'>, cap: number): Promise<Backlog> {
  const backlog: Backlog = { deliveries: 0, oldestQueuedAt: null, undispatchedWaitlists: 0 }
  for (let after = { queuedAt: -1, id: 0 }; backlog.deliveries < cap; await turn()) {
    const from = after
    const slice = await store.read((reader) => backlogSlice(reader, from))
    backlog.oldestQueuedAt ??= slice.at(0)?.queued_at ?? null
    backlog.deliveries += slice.length
    const last = slice.at(-1)
    if (last === undefined || slice.length < COUNTED_AT_ONCE) break
    after = { queuedAt: last.queued_at, id: last.id }
  }
  backlog.deliveries = Math.min(backlog.deliveries, cap)
  backlog.undispatchedWaitlists = await store.read(countUndispatched)
  return backlog
}

async function backlogSlice(reader: Reader, after: { queuedAt: number; id: number }) {
  return (
    reader
      .selectFrom('deliveries')
      .select(['queued_at', 'id'])
      // Written out, not bound: the planner must see that the partial index has all of them.
      .where(sql<boolean>`state in ('pending', 'sending')`)
      .where(
        (eb) => sql<boolean>`(${eb.ref('queued_at')}, ${eb.ref('id')}) > (${after.queuedAt}, ${after.id})`,
      )
      .orderBy('queued_at')
      .orderBy('id')
      .limit(COUNTED_AT_ONCE)
      .execute()
  )
}

async function countUndispatched(reader: Reader): Promise<number> {
  const { count } = await reader
    .selectFrom('waitlists')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('notified_at', 'is not', null)
    .where('dispatched_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}
