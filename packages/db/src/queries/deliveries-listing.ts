import { setImmediate as turn } from 'node:timers/promises'
import { DeliveryState, type DeliveryLane } from '@prebook/core'
import { sql } from 'kysely'
import type { DeliveryRow, Reader, Tx } from '../database.ts'
import type { Store } from '../store.ts'
import { COUNT_SLICE_ROWS } from './bounded-count.ts'
import { isClosedWaitlist } from './open-waitlist-sql.ts'
import { suppressedSql } from './suppressed-sql.ts'

/** A delivery with its recipient and its book. */
export type ListedDelivery = DeliveryRow & {
  /** Where it goes; null when the account has no address any more. */
  email: string | null
  /** Null unless the mail is about a book. */
  title: string | null
  /** Whether the address gets no mail because it refused earlier mail. */
  address_refused: 0 | 1
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

/** A page of the deliveries to an account, in the order of their ids, after `afterId`. */
export async function listDeliveriesTo(
  reader: Reader,
  page: { userId: number; afterId: number; limit: number },
): Promise<ListedDelivery[]> {
  return listedDeliveries(reader)
    .where('deliveries.user_id', '=', page.userId)
    .where('deliveries.id', '>', page.afterId)
    .orderBy('deliveries.id')
    .limit(page.limit)
    .execute()
}

function listedDeliveries(reader: Reader) {
  const email = sql<string | null>`coalesce(deliveries.recipient, users.email)`
  return reader
    .selectFrom('deliveries')
    .leftJoin('books', 'books.id', 'deliveries.book_id')
    .leftJoin('users', 'users.id', 'deliveries.user_id')
    .selectAll('deliveries')
    .select([email.as('email'), 'books.title', suppressedSql(email).as('address_refused')])
}

/** One delivery, or undefined. */
export async function findDelivery(reader: Reader, deliveryId: number): Promise<DeliveryRow | undefined> {
  return reader.selectFrom('deliveries').selectAll().where('id', '=', deliveryId).executeTakeFirst()
}

/** A delivery and the address that it goes to, or undefined. */
export async function findDeliveryAddress(
  reader: Reader,
  deliveryId: number,
): Promise<{ email: string | null } | undefined> {
  return reader
    .selectFrom('deliveries')
    .leftJoin('users', 'users.id', 'deliveries.user_id')
    .select(sql<string | null>`coalesce(deliveries.recipient, users.email)`.as('email'))
    .where('deliveries.id', '=', deliveryId)
    .executeTakeFirst()
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

/**
 * The unsent deliveries: how many, counted up to `cap`, and when the oldest was queued, in milliseconds UTC, of all and of
 * those that somebody waits for.
 */
export type Backlog = {
  deliveries: number
  oldestQueuedAt: number | null
  oldestUrgentQueuedAt: number | null
  undispatchedWaitlists: number
}

/** Counts the backlog in slices, and yields after each. Completed deliveries are not read. */
export async function countBacklog(store: Pick<Store, 'read'>, cap: number): Promise<Backlog> {
  const now = await countLane(store, 'now', cap)
  const bulk = await countLane(store, 'bulk', cap - now.deliveries)
  const oldest = [now, bulk].flatMap(({ oldestQueuedAt }) => oldestQueuedAt ?? [])
  return {
    deliveries: now.deliveries + bulk.deliveries,
    oldestQueuedAt: oldest.length === 0 ? null : Math.min(...oldest),
    oldestUrgentQueuedAt: now.oldestQueuedAt,
    undispatchedWaitlists: await store.read(countUndispatched),
  }
}

async function countLane(store: Pick<Store, 'read'>, lane: DeliveryLane, cap: number) {
  let deliveries = 0
  let oldestQueuedAt: number | null = null
  for (let after = { queuedAt: -1, id: 0 }; deliveries < cap; await turn()) {
    const from = after
    const slice = await store.read((reader) => backlogSlice(reader, lane, from))
    oldestQueuedAt ??= slice.at(0)?.queued_at ?? null
    deliveries += slice.length
    const last = slice.at(-1)
    if (last === undefined || slice.length < COUNT_SLICE_ROWS) break
    after = { queuedAt: last.queued_at, id: last.id }
  }
  return { deliveries: Math.min(deliveries, Math.max(cap, 0)), oldestQueuedAt }
}

async function backlogSlice(reader: Reader, lane: DeliveryLane, after: { queuedAt: number; id: number }) {
  return (
    reader
      .selectFrom('deliveries')
      .select(['queued_at', 'id'])
      .where('lane', '=', lane)
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
    .where(isClosedWaitlist)
    .where('dispatched_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}
