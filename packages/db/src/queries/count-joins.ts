import { sql } from 'kysely'
import type { Reader } from '../database.ts'
import type { Store } from '../store.ts'
import { createYielder } from '../yielder.ts'
import { COUNT_SLICE_ROWS, sliceOfWaitlist } from './bounded-count.ts'

const DAY_MS = 86_400_000

/**
 * Counts the live prebooks of a waitlist by day, oldest first, in slices, and yields to other requests in between. Counting a
 * million rows at once would block them for 60 ms. The last day is the 24 hours up to now.
 *
 * @param span.now the end of the last day, in milliseconds UTC. Later prebooks, from another clock, count for that day
 * @param span.days the number of days of 24 hours
 * @param span.from earlier prebooks do not count, if it is later than the beginning of the first day
 */
export async function countJoins(
  store: Pick<Store, 'read'>,
  waitlistId: number,
  span: { now: number; days: number; from?: number },
): Promise<number[]> {
  const since = span.now - span.days * DAY_MS
  const from = Math.max(since, span.from ?? since)
  const byDay = Array.from({ length: span.days }, () => 0)
  const yieldIfDue = createYielder()
  for (let afterId = 0; ; await yieldIfDue()) {
    const groups = await store.read((reader) => countSlice(reader, { waitlistId, since, from, afterId }))
    let rows = 0
    for (const { day, rows: found, live, lastId } of groups) {
      rows += found
      afterId = Math.max(afterId, lastId)
      if (day === null) continue
      const index = Math.min(day, span.days - 1)
      byDay[index] = (byDay[index] ?? 0) + live
    }
    if (rows < COUNT_SLICE_ROWS) return byDay
  }
}

async function countSlice(
  reader: Reader,
  slice: { waitlistId: number; since: number; from: number; afterId: number },
) {
  const rows = sliceOfWaitlist(reader, slice).select([
    'id',
    'cancelled_at',
    // The cast gives integer division, because SQLite receives numbers as floats. Earlier prebooks have no day.
    sql<number | null>`case when created_at >= ${slice.from}
        then cast(created_at - ${slice.since} as bigint) / ${sql.lit(DAY_MS)} end`.as('day'),
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
