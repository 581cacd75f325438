import { sql } from 'kysely'
import type { DeliveryKind } from '@prebook/core'
import type { Reader, Tx } from '../database.ts'
import { isClosedWaitlist, isOpenWaitlist } from './open-waitlist-sql.ts'
import { waitedUntilClosedSql } from './prebook-status-sql.ts'

/** A row that stands for mail to many readers: a closed waitlist, or an announcement that has settled. */
export type Dispatch = { table: 'waitlists' | 'announcements'; id: number }

/** What is to be dispatched at `now`: rows whose deliveries are not all created yet. Closed waitlists come first. */
export async function listUndispatched(
  reader: Reader,
  { now, limit }: { now: number; limit: number },
): Promise<Dispatch[]> {
  const waitlists = await reader
    .selectFrom('waitlists')
    .select('id')
    .where(isClosedWaitlist)
    .where('dispatched_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  const announcements = await reader
    .selectFrom('announcements')
    .select('id')
    .where('dispatched_at', 'is', null)
    .where('settles_at', '<=', now)
    .orderBy('settles_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return [
    ...waitlists.map(({ id }) => ({ table: 'waitlists', id }) as const),
    ...announcements.map(({ id }) => ({ table: 'announcements', id }) as const),
  ]
}

/** What a dispatch writes. */
type Locked = {
  kind: DeliveryKind
  waitlistId: number
  bookId: number
  /** The last prebook that has its delivery, and the last one that gets one. */
  cursor: number
  lastPrebookId: number
  /** The beginning of the dedupe key, which the id of the prebook completes. */
  dedupePrefix: string
  payload: string | null
}

/**
 * Creates the deliveries for the next `limit` prebooks of a dispatch and advances its cursor. Both are one commit, so that
 * dispatch resumes exactly after a crash. A closed waitlist gains no prebooks, and an announcement is for those that were there
 * before it, so none is missed. Prebooks that were cancelled before get no delivery.
 *
 * @returns how many deliveries were created, and whether dispatch is complete; undefined when it was complete before
 */
export async function dispatchSlice(
  tx: Tx,
  slice: { dispatch: Dispatch; limit: number; now: number },
): Promise<{ written: number; done: boolean } | undefined> {
  const { dispatch, limit, now } = slice
  const locked = await lockDispatch(tx, dispatch, now)
  if (locked === undefined) return undefined
  const { rows, last } = await tx
    .selectFrom(
      prebooksOf(tx, locked, locked.lastPrebookId).select('id').orderBy('id').limit(limit).as('slice'),
    )
    .select((eb) => [eb.fn.countAll<number>().as('rows'), eb.fn.max('id').as('last')])
    .executeTakeFirstOrThrow()
  const to = last ?? locked.cursor
  const written = await insertDeliveries(tx, locked, { to, now })
  const done = rows < limit
  await tx
    .updateTable(dispatch.table)
    .set({ dispatch_cursor: to, dispatched_at: done ? now : null })
    .where('id', '=', dispatch.id)
    .execute()
  return { written, done }
}

/** Locks a dispatch: a second process waits for it, and then continues from the new cursor. Undefined when it is complete. */
async function lockDispatch(tx: Tx, { table, id }: Dispatch, now: number): Promise<Locked | undefined> {
  return table === 'waitlists' ? lockWaitlist(tx, id) : lockAnnouncement(tx, id, now)
}

async function lockWaitlist(tx: Tx, id: number): Promise<Locked | undefined> {
  const waitlist = await tx
    .updateTable('waitlists')
    .set((eb) => ({ dispatch_cursor: eb.ref('dispatch_cursor') }))
    .where('id', '=', id)
    .where(isClosedWaitlist)
    .where('dispatched_at', 'is', null)
    .returning(['book_id', 'dispatch_cursor', 'withdrawn_at'])
    .executeTakeFirst()
  if (waitlist === undefined) return undefined
  const kind = waitlist.withdrawn_at === null ? 'restock' : 'withdrawal'
  return {
    kind,
    waitlistId: id,
    bookId: waitlist.book_id,
    cursor: waitlist.dispatch_cursor,
    lastPrebookId: Number.MAX_SAFE_INTEGER,
    dedupePrefix: `${kind}:`,
    payload: null,
  }
}

async function lockAnnouncement(tx: Tx, id: number, now: number): Promise<Locked | undefined> {
  const announcement = await tx
    .updateTable('announcements')
    .set((eb) => ({ dispatch_cursor: eb.ref('dispatch_cursor') }))
    .where('id', '=', id)
    .where('dispatched_at', 'is', null)
    .where('settles_at', '<=', now)
    .returningAll()
    .executeTakeFirst()
  if (announcement === undefined) return undefined
  const { kind, book_id: bookId, waitlist_id: waitlistId, details, dispatch_cursor: cursor } = announcement
  const open = await tx
    .selectFrom('waitlists')
    .select('id')
    .where('id', '=', waitlistId)
    .where(isOpenWaitlist)
    .executeTakeFirst()
  return {
    kind,
    waitlistId,
    bookId,
    cursor,
    // What became of the waitlist since is greater news.
    lastPrebookId: open === undefined ? 0 : announcement.last_prebook_id,
    dedupePrefix: `${kind}:${id}:`,
    payload: details,
  }
}

/** The prebooks of a dispatch after its cursor, up to one of them. */
function prebooksOf(tx: Tx, { waitlistId, cursor }: Locked, to: number) {
  return tx
    .selectFrom('prebooks')
    .where('waitlist_id', '=', waitlistId)
    .where('id', '>', cursor)
    .where('id', '<=', to)
}

async function insertDeliveries(
  tx: Tx,
  locked: Locked,
  { to, now }: { to: number; now: number },
): Promise<number> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('deliveries')
    .columns([
      'kind',
      'dedupe_key',
      'lane',
      'user_id',
      'prebook_id',
      'book_id',
      'payload',
      'state',
      'queued_at',
      'next_attempt_at',
    ])
    .expression(
      prebooksOf(tx, locked, to)
        .select((column) => [
          column.val(locked.kind).as('kind'),
          // Unique: a prebook gets one delivery about each dispatch.
          sql<string>`${column.cast<string>(column.val(locked.dedupePrefix), 'text')} || ${column.ref('id')}`.as(
            'dedupe_key',
          ),
          column.val('bulk').as('lane'),
          'user_id',
          'id',
          column.cast<number>(column.val(locked.bookId), 'bigint').as('book_id'),
          column.cast<string | null>(column.val(locked.payload), 'text').as('payload'),
          column.val('pending').as('state'),
          column.cast<number>(column.val(now), 'bigint').as('queued_at'),
          column.cast<number>(column.val(now), 'bigint').as('next_attempt_at'),
        ])
        .where((column) =>
          waitedUntilClosedSql({
            cancelledAt: column.ref('cancelled_at'),
            cancelledFrom: column.ref('cancelled_from'),
          }),
        )
        .orderBy('id'),
    )
    .executeTakeFirstOrThrow()
  return Number(numInsertedOrUpdatedRows ?? 0)
}
