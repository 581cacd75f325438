import { sql } from 'kysely'
import type { Reader } from '../database.ts'
import type { Store } from '../store.ts'
import { createYielder } from '../yielder.ts'
import { COUNTED_AT_ONCE, sliceOfWaitlist } from './bounded-count.ts'

const DAY_MS = 86_400_000

/** Who waits on an open waitlist, and on which of the last days they came. */
export type Joins = {
  /** Whose prebook is not cancelled. */
  live: number
  /** How many of these came on each of the last days, oldest first: the last one is the 24 hours up to now. */
  byDay: number[]
}

/**
 * Counts who waits on a waitlist by the day they came, in slices as `countWaitlist` does.
 *
 * @param span.now the end of the last day, in milliseconds UTC; who came later, by another clock, counts as of that day
 * @param span.days how many days of 24 hours
 */
export async function countJoins(
  store: Pick<Store, 'read'>,
  waitlistId: number,
  span: { now: number; days: number },
): Promise<Joins> {
  const since = span.now - span.days * DAY_MS
  const joins: Joins = { live: 0, byDay: Array.from({ length: span.days }, () => 0) }
  const giveWay = createYielder()
  for (let afterId = 0; ; await giveWay()) {
    const groups = await store.read((reader) => countSlice(reader, { waitlistId, since, afterId }))
    let rows = 0
    for (const { day, rows: found, live, lastId } of groups) {
      rows += found
      joins.live += live
      afterId = Math.max(afterId, lastId)
      if (day === null) continue
      const index = Math.min(day, span.days - 1)
      joins.byDay[index] = (joins.byDay[index] ?? 0) + live
    }
    if (rows < COUNTED_AT_ONCE) return joins
  }
}

async function countSlice(reader: Reader, from: { waitlistId: number; since: number; afterId: number }) {
  const rows = sliceOfWaitlist(reader, from).select([
    'id',
    'cancelled_at',
    // Whole numbers divide to whole numbers; SQLite is given numbers as fractions. Before the first day there is none.
    sql<number | null>`case when created_at >= ${from.since}
        then cast(created_at - ${from.since} as bigint) / ${sql.lit(DAY_MS)} end`.as('day'),
  ])
  return reader
    .selectFrom(rows.as('slice'))
    .select((eb) => [
      'day',
      eb.fn.countAll<number>().as('rows'),
      eb.fn.max('id').as('lastId'),
      sql<number>`count(case when cancelled_at is null then 1 end)`.as('live'),
    ])
    .groupBy('day')
    .execute()
}
