import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/** When books are expected in stock, and news for everybody who waits for one. */
export const expectedDates = (schema: EngineSchema): Migration => ({
  async up(db: Kysely<never>) {
    // Each on its own: SQLite adds one column at a time.
    await db.schema.alterTable('books').addColumn('expected_on', 'text').execute()
    await db.schema.alterTable('books').addColumn('expected_until', schema.foldedText).execute()
    await db.schema
      .createIndex('books_overdue')
      .on('books')
      .columns(['expected_until', 'id'])
      .where(sql<boolean>`expected_until is not null and stock_quantity = 0`)
      .execute()
    await createAnnouncements(db, schema)
  },
})

async function createAnnouncements(
  db: Kysely<never>,
  { integer, withId, finish }: EngineSchema,
): Promise<void> {
  await finish(
    withId(db.schema.createTable('announcements'))
      .addColumn('book_id', integer, (column) => column.notNull().references('books.id').onDelete('restrict'))
      .addColumn('waitlist_id', integer, (column) =>
        column.notNull().references('waitlists.id').onDelete('restrict'),
      )
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('details', 'text', (column) => column.notNull())
      .addColumn('last_prebook_id', integer, (column) => column.notNull())
      .addColumn('settles_at', integer, (column) => column.notNull())
      .addColumn('dispatch_cursor', integer, (column) => column.notNull().defaultTo(0))
      .addColumn('dispatched_at', integer)
      .addColumn('created_at', integer, (column) => column.notNull()),
  ).execute()
  // One that still settles per waitlist. Dispatch moves the cursor, and from then on it is not changed.
  await db.schema
    .createIndex('announcements_settling')
    .unique()
    .on('announcements')
    .columns(['waitlist_id', 'kind'])
    .where(sql<boolean>`dispatched_at is null and dispatch_cursor = 0`)
    .execute()
  await db.schema
    .createIndex('announcements_undispatched')
    .on('announcements')
    .columns(['settles_at', 'id'])
    .where(sql.ref('dispatched_at'), 'is', null)
    .execute()
}
