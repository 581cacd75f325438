import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * The queue of a waitlist without those who left it, so that a place in it is found at the cost of those who stand there,
 * however many have cancelled.
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
