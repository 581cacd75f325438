import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/**
 * Withdrawn books and their successors. A withdrawal closes a waitlist like a restock, so the indexes of open waitlists and of
 * those whose mail is not written yet take it into account.
 */
export function withdrawals({ integer }: EngineSchema): Migration {
  return {
    async up(db: Kysely<never>) {
      await db.schema.alterTable('books').addColumn('withdrawn_at', integer).execute()
      await db.schema
        .alterTable('books')
        .addColumn('successor_id', integer, (column) =>
          // Checked at the commit, because a copy may insert a book before its successor.
          column
            .references('books.id')
            .onDelete('restrict')
            .modifyEnd(sql`deferrable initially deferred`),
        )
        .execute()
      await db.schema.alterTable('waitlists').addColumn('withdrawn_at', integer).execute()
      await db.schema.alterTable('waitlists').addColumn('withdrawal_note', 'text').execute()
      await db.schema.dropIndex('waitlists_open').execute()
      await db.schema
        .createIndex('waitlists_open')
        .unique()
        .on('waitlists')
        .column('book_id')
        .where(sql<boolean>`notified_at is null and withdrawn_at is null`)
        .execute()
      await db.schema.dropIndex('waitlists_undispatched').execute()
      await db.schema
        .createIndex('waitlists_undispatched')
        .on('waitlists')
        .column('id')
        .where(sql<boolean>`(notified_at is not null or withdrawn_at is not null) and dispatched_at is null`)
        .execute()
    },
  }
}
