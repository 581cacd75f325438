import type { DeliveryKind } from '@prebook/core'
import { sql } from 'kysely'
import type { Reader, Tx, WaitlistRow } from '../database.ts'
import { isClosedWaitlist } from './open-waitlist-sql.ts'
import { waitedUntilClosedSql } from './prebook-status-sql.ts'

/** Closed waitlists whose deliveries are not all created yet, oldest first. */
export async function listUndispatchedWaitlists(reader: Reader, limit: number): Promise<WaitlistRow[]> {
  return reader
    .selectFrom('waitlists')
    .selectAll()
    .where(isClosedWaitlist)
    .where('dispatched_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/**
 * Creates the deliveries for the next `limit` prebooks of a closed waitlist and advances its cursor. Both are one
 * commit, so that dispatch resumes exactly after a crash. A closed waitlist gains no prebooks, so none is missed.
 * Prebooks that were cancelled before it was closed get no delivery.
 *
 * @returns how many deliveries were created, and whether dispatch is complete; undefined when it was complete before
 */
export async function dispatchSlice(
  tx: Tx,
  slice: { waitlistId: number; limit: number; now: number },
): Promise<{ written: number; done: boolean } | undefined> {
  const { waitlistId, limit, now } = slice
  // An update, so that a second process on the same waitlist waits, and then continues from the new cursor.
  const waitlist = await tx
    .updateTable('waitlists')
    .set((eb) => ({ dispatch_cursor: eb.ref('dispatch_cursor') }))
    .where('id', '=', waitlistId)
    .where(isClosedWaitlist)
    .where('dispatched_at', 'is', null)
    .returning(['book_id', 'dispatch_cursor', 'withdrawn_at'])
    .executeTakeFirst()
  if (waitlist === undefined) return undefined
  const from = waitlist.dispatch_cursor
  const kind: DeliveryKind = waitlist.withdrawn_at === null ? 'restock' : 'withdrawal'
  const { rows, last } = await tx
    .selectFrom(
      tx
        .selectFrom('prebooks')
        .select('id')
        .where('waitlist_id', '=', waitlistId)
        .where('id', '>', from)
        .orderBy('id')
        .limit(limit)
        .as('slice'),
    )
    .select((eb) => [eb.fn.countAll<number>().as('rows'), eb.fn.max('id').as('last')])
    .executeTakeFirstOrThrow()
  const to = last ?? from
  const { numInsertedOrUpdatedRows: written } = await tx
    .insertInto('deliveries')
    .columns([
      'kind',
      'dedupe_key',
      'lane',
      'user_id',
      'prebook_id',
      'book_id',
      'state',
      'queued_at',
      'next_attempt_at',
    ])
    .expression((eb) =>
      eb
        .selectFrom('prebooks')
        .select((column) => [
          column.val(kind).as('kind'),
          // Unique: a prebook gets one delivery about what closed its waitlist.
          sql<string>`${sql.lit(`${kind}:`)} || ${column.ref('id')}`.as('dedupe_key'),
          column.val('bulk').as('lane'),
          'user_id',
          'id',
          column.cast<number>(column.val(waitlist.book_id), 'bigint').as('book_id'),
          column.val('pending').as('state'),
          column.cast<number>(column.val(now), 'bigint').as('queued_at'),
          column.cast<number>(column.val(now), 'bigint').as('next_attempt_at'),
        ])
        .where('waitlist_id', '=', waitlistId)
        .where('id', '>', from)
        .where('id', '<=', to)
        .where((column) =>
          waitedUntilClosedSql({
            cancelledAt: column.ref('cancelled_at'),
            cancelledFrom: column.ref('cancelled_from'),
          }),
        )
        .orderBy('id'),
    )
    .executeTakeFirstOrThrow()
  const done = rows < limit
  await tx
    .updateTable('waitlists')
    .set({ dispatch_cursor: to, dispatched_at: done ? now : null })
    .where('id', '=', waitlistId)
    .execute()
  return { written: Number(written ?? 0), done }
}
