import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * An index of a waitlist without cancelled prebooks, so that the cost of a queue position does not depend on the number
 * of cancellations.
 */
export const liveQueue: Migration = {
  async up(db: Kysely<never>) {
    await db.schema
      .createIndex('prebooks_queue')
      .on('prebooks')
      .columns(['waitlist_id', 'id'])
      .where(sql.ref('cancelled_at'), 'is', null)
      .execute()
  },
}
