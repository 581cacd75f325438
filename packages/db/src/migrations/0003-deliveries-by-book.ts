import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/** Columns and indexes for sending e-mail and for the admins' lists of deliveries. */
export function deliveriesByBook(schema: EngineSchema): Migration {
  return { up: (db: Kysely<never>) => up(db, schema) }
}

async function up(db: Kysely<never>, { integer }: EngineSchema): Promise<void> {
  // The book of a delivery never changes. Storing it here allows an index that finds a book's few failed deliveries.
  await db.schema
    .alterTable('deliveries')
    .addColumn('book_id', integer, (column) => column.references('books.id').onDelete('restrict'))
    .execute()
  await db.schema
    .alterTable('deliveries')
    .addColumn('queued_at', integer, (column) => column.notNull().defaultTo(0))
    .execute()
  await sql`update deliveries set
    book_id = (select waitlists.book_id from prebooks
      inner join waitlists on waitlists.id = prebooks.waitlist_id where prebooks.id = deliveries.prebook_id),
    queued_at = (select coalesce(waitlists.notified_at, 0) from prebooks
      inner join waitlists on waitlists.id = prebooks.waitlist_id where prebooks.id = deliveries.prebook_id)`.execute(
    db,
  )
  await db.schema.createIndex('deliveries_by_state').on('deliveries').columns(['state', 'id']).execute()
  await db.schema
    .createIndex('deliveries_of_book')
    .on('deliveries')
    .columns(['book_id', 'state', 'id'])
    .execute()
  // Small: completed deliveries are not in it.
  await db.schema
    .createIndex('deliveries_backlog')
    .on('deliveries')
    .columns(['queued_at', 'id'])
    .where(sql<boolean>`state in ('pending', 'sending')`)
    .execute()
  await db.schema
    .createIndex('waitlists_undispatched')
    .on('waitlists')
    .column('id')
    .where(sql<boolean>`notified_at is not null and dispatched_at is null`)
    .execute()
}
