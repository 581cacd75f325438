import { sql, type Expression, type RawBuilder } from 'kysely'
import type { CancelledFrom, PrebookStatus } from '@prebook/core'

/**
 * The status of a prebook in SQL: the same rule as core's `prebookStatus`, where it is explained.
 *
 * @param row references to the two columns that determine it
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
 * Whether a closed waitlist notified this prebook: true unless it was cancelled before the waitlist closed. The same
 * rule as core's `prebookNotifiedAt`. The result is final: a later cancellation does not change it.
 *
 * @param row references to the two columns that determine it
 */
export function wasNotifiedSql(row: {
  cancelledAt: Expression<number | null>
  cancelledFrom: Expression<CancelledFrom | null>
}): RawBuilder<boolean> {
  return sql<boolean>`(${row.cancelledAt} is null or ${row.cancelledFrom} = 'notified')`
}
