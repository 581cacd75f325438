import { sql, type Expression, type RawBuilder } from 'kysely'
import type { PrebookStatus } from '@prebook/core'

/**
 * The status of a prebook in SQL: the same rule as `prebookStatus` of core, which says why.
 *
 * @param row references to the three columns it follows from
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
