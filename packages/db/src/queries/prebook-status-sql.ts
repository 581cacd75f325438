import { sql, type Expression, type RawBuilder } from 'kysely'
import type { CancelledBy, CancelledFrom, PrebookStatus } from '@prebook/core'

/**
 * The status of a prebook in SQL: the same rule as core's `prebookStatus`, where it is explained.
 *
 * @param row references to the columns that determine it
 */
export function prebookStatusSql(row: {
  cancelledAt: Expression<number | null>
  waitlistWithdrawnAt: Expression<number | null>
  waitlistNotifiedAt: Expression<number | null>
}): RawBuilder<PrebookStatus> {
  return sql<PrebookStatus>`case
    when ${cancelledBySql(row)} is not null then 'cancelled'
    when ${row.waitlistNotifiedAt} is not null then 'notified'
    else 'waiting' end`
}

/** Who cancelled a prebook, in SQL: the same rule as core's `cancelledBy`. */
export function cancelledBySql(row: {
  cancelledAt: Expression<number | null>
  waitlistWithdrawnAt: Expression<number | null>
}): RawBuilder<CancelledBy | null> {
  return sql<CancelledBy | null>`case
    when ${row.cancelledAt} is not null then 'reader'
    when ${row.waitlistWithdrawnAt} is not null then 'shop' end`
}

/**
 * Whether a prebook was waiting when its waitlist was closed: true unless the reader had cancelled it before. For a restock, the
 * same rule as core's `prebookNotifiedAt`. The result is final: a later cancellation does not change it.
 *
 * @param row references to the two columns that determine it
 */
export function waitedUntilClosedSql(row: {
  cancelledAt: Expression<number | null>
  cancelledFrom: Expression<CancelledFrom | null>
}): RawBuilder<boolean> {
  return sql<boolean>`(${row.cancelledAt} is null or ${row.cancelledFrom} = 'notified')`
}
