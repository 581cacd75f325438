import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/** What staff changed, who did it and when. Lists are newest first: of everything, of one account, of one subject. */
export function auditEntries(schema: EngineSchema): Migration {
  return { up: (db: Kysely<never>) => up(db, schema) }
}

async function up(db: Kysely<never>, { integer, withId, finish }: EngineSchema): Promise<void> {
  await finish(
    withId(db.schema.createTable('audit_entries'))
      .addColumn('at', integer, (column) => column.notNull())
      .addColumn('actor_id', integer, (column) =>
        column.notNull().references('users.id').onDelete('restrict'),
      )
      // No CHECK on the actions: SQLite could not extend it later.
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('details', 'text', (column) => column.notNull()),
  ).execute()
  await db.schema.createIndex('audit_entries_actor').on('audit_entries').columns(['actor_id', 'id']).execute()
  await db.schema
    .createIndex('audit_entries_subject')
    .on('audit_entries')
    .columns(['subject', 'id'])
    .execute()
}
