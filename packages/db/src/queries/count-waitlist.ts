import { sql, type Expression } from 'kysely'
import type { Reader } from '../database.ts'
import type { Store } from '../store.ts'
import { createYielder } from '../yielder.ts'
import { wasNotifiedSql } from './prebook-status-sql.ts'
import { COUNTED_AT_ONCE, sliceOfWaitlist } from './bounded-count.ts'

/** How many people a waitlist holds. */
export type WaitlistCount = {
  /** Whose prebook is not cancelled. On an open waitlist: who waits. */
  live: number
  /** Who was told, on a closed waitlist: it does not sink when somebody cancels afterwards. */
  notified: number
}

/**
 * Counts a waitlist in slices, giving way to other requests in between: counting a million rows at once would hold up
 * everybody for 60 ms.
 */
export async function countWaitlist(store: Pick<Store, 'read'>, waitlistId: number): Promise<WaitlistCount> {
  const total: WaitlistCount = { live: 0, notified: 0 }
  const giveWay = createYielder()
  for (let afterId = 0; ; await giveWay()) {
    const slice = await store.read((reader) => countSlice(reader, { waitlistId, afterId }))
    total.live += slice.live
    total.notified += slice.notified
    if (slice.rows < COUNTED_AT_ONCE) return total
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
