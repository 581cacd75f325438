import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Indexes to find a user's live prebooks, and the latest that were cancelled, without reading the whole history. The unique
 * index serves the lookup of users on a waitlist in either order of its columns, so it is rebuilt and a create writes to no
 * further index.
 */
export const prebooksOfUser: Migration = {
  async up(db: Kysely<never>) {
    await db.schema.dropIndex('prebooks_live').execute()
    await db.schema
      .createIndex('prebooks_live')
      .unique()
      .on('prebooks')
      .columns(['user_id', 'waitlist_id'])
      .where(sql.ref('cancelled_at'), 'is', null)
      .execute()
    await db.schema
      .createIndex('prebooks_cancelled')
      .on('prebooks')
      .columns(['user_id', 'cancelled_at', 'id'])
      .where(sql.ref('cancelled_at'), 'is not', null)
      .execute()
  },
}
