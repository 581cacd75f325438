import { sql, type Expression, type RawBuilder } from 'kysely'
import type { CancelledFrom, PrebookStatus } from '@prebook/core'

/**
 * The status of a prebook in SQL: the same rule as `prebookStatus` of core, which says why.
 *
 * @param row references to the two columns it follows from
 */
export function prebookStatusSql(row: {
  cancelledAt: Expression<number | null>
  waitlistNotifiedAt: Expression<number | null>
}): RawBuilder<PrebookStatus> {
  return sql<PrebookStatus>`case
    when ${row.cancelledAt} is not null then 'cancelled'
    when ${row.waitlistNotifiedAt} is not null then 'notified'
    else 'waiting' end`
}

/**
 * Whether a closed waitlist notified whoever had this prebook: all but those who had left before it closed. It is the rule
 * of `prebookNotifiedAt` of core, and never changes again: who cancels afterwards was notified nevertheless.
 *
 * @param row references to the two columns it follows from
 */
export function wasNotifiedSql(row: {
  cancelledAt: Expression<number | null>
  cancelledFrom: Expression<CancelledFrom | null>
}): RawBuilder<boolean> {
  return sql<boolean>`(${row.cancelledAt} is null or ${row.cancelledFrom} = 'notified')`
}
