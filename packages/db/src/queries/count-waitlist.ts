import { sql, type Expression } from 'kysely'
import type { Reader } from '../database.ts'
import type { Store } from '../store.ts'
import { createYielder } from '../yielder.ts'
import { wasNotifiedSql } from './prebook-status-sql.ts'
import { COUNT_SLICE_ROWS, sliceOfWaitlist } from './bounded-count.ts'

/** The numbers of prebooks on a waitlist. */
export type WaitlistCount = {
  /** Prebooks that are not cancelled. On an open waitlist, these are waiting. */
  live: number
  /** On a closed waitlist, the prebooks that were notified, including those cancelled afterwards. */
  notified: number
}

/**
 * Counts a waitlist in slices, and yields to other requests in between. Counting a million rows at once would block
 * them for 60 ms.
 */
export async function countWaitlist(store: Pick<Store, 'read'>, waitlistId: number): Promise<WaitlistCount> {
  const total: WaitlistCount = { live: 0, notified: 0 }
  const yieldIfDue = createYielder()
  for (let afterId = 0; ; await yieldIfDue()) {
    const slice = await store.read((reader) => countSlice(reader, { waitlistId, afterId }))
    total.live += slice.live
    total.notified += slice.notified
    if (slice.rows < COUNT_SLICE_ROWS) return total
    afterId = slice.lastId
  }
}

async function countSlice(reader: Reader, from: { waitlistId: number; afterId: number }) {
  const rows = sliceOfWaitlist(reader, from).select(['id', 'cancelled_at', 'cancelled_from'])
  return reader
    .selectFrom(rows.as('slice'))
    .select((eb) => [
      eb.fn.countAll<number>().as('rows'),
      eb.fn.coalesce(eb.fn.max('id'), sql.lit(0)).as('lastId'),
      countWhere(eb('cancelled_at', 'is', null)).as('live'),
      countWhere(
        wasNotifiedSql({ cancelledAt: eb.ref('cancelled_at'), cancelledFrom: eb.ref('cancelled_from') }),
      ).as('notified'),
    ])
    .executeTakeFirstOrThrow()
}

function countWhere(condition: Expression<unknown>) {
  return sql<number>`count(case when ${condition} then 1 end)`
}
