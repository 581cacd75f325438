import type { Reader } from '../database.ts'

/** Rows in one slice of a count: well below a millisecond of work on either engine. */
export const COUNT_SLICE_ROWS = 2_000

/** The next slice of a waitlist to count: its prebooks after `afterId`, in the order of their ids. */
export function sliceOfWaitlist(reader: Reader, from: { waitlistId: number; afterId: number }) {
  return reader
    .selectFrom('prebooks')
    .where('waitlist_id', '=', from.waitlistId)
    .where('id', '>', from.afterId)
    .orderBy('id')
    .limit(COUNT_SLICE_ROWS)
}
