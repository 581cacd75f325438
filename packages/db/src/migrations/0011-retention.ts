import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Indexes to find what is past its retention. Sessions, counts and deliveries have theirs. */
export const retention: Migration = {
  async up(db: Kysely<never>) {
    await db.schema.createIndex('stock_requests_age').on('stock_requests').column('created_at').execute()
    // Links that were used or cleared are not in it.
    await db.schema
      .createIndex('account_links_open')
      .on('account_links')
      .column('expires_at')
      .where(sql<boolean>`expires_at > 0`)
      .execute()
  },
}
