import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Mail that waits for a mail server is `held`; it was `kept` before. */
export const heldDeliveries: Migration = {
  async up(db: Kysely<never>) {
    // SQLite cannot change a CHECK constraint, so a new column replaces the old one on both engines.
    await db.schema
      .alterTable('deliveries')
      .addColumn('new_state', 'text', (column) =>
        column
          .notNull()
          .defaultTo('pending')
          .check(sql`new_state in ('pending', 'sending', 'sent', 'skipped', 'failed', 'held')`),
      )
      .execute()
    await sql`update deliveries set new_state = case state when 'kept' then 'held' else state end`.execute(db)
    for (const index of [
      'deliveries_due',
      'deliveries_by_state',
      'deliveries_of_book',
      'deliveries_backlog',
    ]) {
      await db.schema.dropIndex(index).execute()
    }
    await db.schema.alterTable('deliveries').dropColumn('state').execute()
    await db.schema.alterTable('deliveries').renameColumn('new_state', 'state').execute()
    await db.schema
      .createIndex('deliveries_due')
      .on('deliveries')
      .columns(['state', 'next_attempt_at'])
      .execute()
    await db.schema.createIndex('deliveries_by_state').on('deliveries').columns(['state', 'id']).execute()
    await db.schema
      .createIndex('deliveries_of_book')
      .on('deliveries')
      .columns(['book_id', 'state', 'id'])
      .execute()
    await db.schema
      .createIndex('deliveries_backlog')
      .on('deliveries')
      .columns(['queued_at', 'id'])
      .where(sql<boolean>`state in ('pending', 'sending')`)
      .execute()
  },
}
