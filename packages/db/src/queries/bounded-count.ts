import type { Reader } from '../database.ts'

/** Rows that one slice of a count looks at: well below a millisecond of work on either engine. */
export const COUNTED_AT_ONCE = 2_000

/** The next prebooks of a waitlist to be counted, in the order of their ids, from after `afterId` on. */
export function sliceOfWaitlist(reader: Reader, from: { waitlistId: number; afterId: number }) {
  return reader
    .selectFrom('prebooks')
    .where('waitlist_id', '=', from.waitlistId)
    .where('id', '>', from.afterId)
    .orderBy('id')
    .limit(COUNTED_AT_ONCE)
}
