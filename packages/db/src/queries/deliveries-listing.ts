import { setImmediate as turn } from 'node:timers/promises'
import { DeliveryState } from '@prebook/core'
import { sql } from 'kysely'
import type { DeliveryRow, Reader, Tx } from '../database.ts'
import type { Store } from '../store.ts'
import { COUNT_SLICE_ROWS } from './bounded-count.ts'

/** A delivery with its recipient and its book. */
export type ListedDelivery = DeliveryRow & {
  prebook_id: number
  user_id: number
  email: string
  book: number
  title: string
}

/** A page of deliveries, newest first, before `beforeId`, optionally of one state or one book. */
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
  // The index of a book's deliveries is by state: read the newest of each state, then merge.
  const newest: ListedDelivery[] = []
  for (const state of DeliveryState.options) newest.push(...(await listSlice(reader, { ...page, state })))
  return newest.toSorted((a, b) => b.id - a.id).slice(0, page.limit)
}

async function listSlice(
  reader: Reader,
  page: Parameters<typeof listDeliveries>[1],
): Promise<ListedDelivery[]> {
  let query = listedDeliveries(reader).orderBy('deliveries.id', 'desc').limit(page.limit)
  if (page.bookId !== undefined) query = query.where('deliveries.book_id', '=', page.bookId)
  if (page.state !== undefined) query = query.where('deliveries.state', '=', page.state)
  if (page.beforeId !== null) query = query.where('deliveries.id', '<', page.beforeId)
  return query.execute()
}

/** A page of the deliveries to an account, in the order of their prebooks, after the prebook `afterId`. */
export async function listDeliveriesTo(
  reader: Reader,
  page: { userId: number; afterId: number; limit: number },
): Promise<ListedDelivery[]> {
  return listedDeliveries(reader)
    .where('prebooks.user_id', '=', page.userId)
    .where('prebooks.id', '>', page.afterId)
    .orderBy('prebooks.id')
    .limit(page.limit)
    .execute()
}

function listedDeliveries(reader: Reader) {
  return reader
    .selectFrom('deliveries')
    .innerJoin('prebooks', 'prebooks.id', 'deliveries.prebook_id')
    .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
    .innerJoin('books', 'books.id', 'waitlists.book_id')
    .innerJoin('users', 'users.id', 'prebooks.user_id')
    .selectAll('deliveries')
    .select([
      'prebooks.id as prebook_id',
      'users.id as user_id',
      'users.email',
      'books.id as book',
      'books.title',
    ])
}

/** One delivery, or undefined. */
export async function findDelivery(reader: Reader, deliveryId: number): Promise<DeliveryRow | undefined> {
  return reader.selectFrom('deliveries').selectAll().where('id', '=', deliveryId).executeTakeFirst()
}

/** A page of ids of deliveries in one state, in ascending order, after `afterId`. */
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
 * Queues deliveries again, with their attempts reset. Deliveries that are in none of the states are not changed.
 *
 * @returns how many were queued
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

/** The unsent deliveries: how many, counted up to `cap`, and when the oldest was queued, in milliseconds UTC. */
export type Backlog = { deliveries: number; oldestQueuedAt: number | null; undispatchedWaitlists: number }

/** Counts the backlog in slices, and yields after each. Completed deliveries are not read. */
export async function countBacklog(store: Pick<Store, 'read'>, cap: number): Promise<Backlog> {
  const backlog: Backlog = { deliveries: 0, oldestQueuedAt: null, undispatchedWaitlists: 0 }
  for (let after = { queuedAt: -1, id: 0 }; backlog.deliveries < cap; await turn()) {
    const from = after
    const slice = await store.read((reader) => backlogSlice(reader, from))
    backlog.oldestQueuedAt ??= slice.at(0)?.queued_at ?? null
    backlog.deliveries += slice.length
    const last = slice.at(-1)
    if (last === undefined || slice.length < COUNT_SLICE_ROWS) break
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
      // A literal, not a parameter, so that the planner can use the partial index.
      .where(sql<boolean>`state in ('pending', 'sending')`)
      .where(
        (eb) => sql<boolean>`(${eb.ref('queued_at')}, ${eb.ref('id')}) > (${after.queuedAt}, ${after.id})`,
      )
      .orderBy('queued_at')
      .orderBy('id')
      .limit(COUNT_SLICE_ROWS)
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
