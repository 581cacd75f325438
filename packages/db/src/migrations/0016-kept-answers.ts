import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/** The answers to requests with an idempotency key, other than stock changes. */
export function keptAnswers(schema: EngineSchema): Migration {
  return { up: (db: Kysely<never>) => up(db, schema) }
}

async function up(db: Kysely<never>, { integer, finish }: EngineSchema): Promise<void> {
  await finish(
    db.schema
      .createTable('kept_answers')
      // Its kind and id, such as `user:12` or `token:3`: one key for every kind of caller.
      .addColumn('principal', 'text', (column) => column.notNull())
      .addColumn('idempotency_key', 'text', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull().check(sql`length(fingerprint) = 64`))
      .addColumn('answer', 'text', (column) => column.notNull())
      .addColumn('about_user_id', integer, (column) => column.references('users.id').onDelete('restrict'))
      .addColumn('created_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('kept_answers_pk', ['principal', 'idempotency_key']),
  ).execute()
  await db.schema.createIndex('kept_answers_age').on('kept_answers').column('created_at').execute()
  await db.schema
    .createIndex('kept_answers_about')
    .on('kept_answers')
    .column('about_user_id')
    .where(sql.ref('about_user_id'), 'is not', null)
    .execute()
}
