import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/** Counts of attempts, so that throttles apply across processes and survive restarts. */
export function throttleCounts(schema: EngineSchema): Migration {
  return { up: (db: Kysely<never>) => up(db, schema) }
}

async function up(db: Kysely<never>, { integer, finish }: EngineSchema): Promise<void> {
  await finish(
    db.schema
      .createTable('throttle_counts')
      .addColumn('key', 'text', (column) =>
        column
          .primaryKey()
          .notNull()
          .check(sql`length(key) = 64`),
      )
      .addColumn('tries', integer, (column) => column.notNull().check(sql`tries >= 0`))
      .addColumn('expires_at', integer, (column) => column.notNull()),
  ).execute()
  await db.schema.createIndex('throttle_counts_expiry').on('throttle_counts').column('expires_at').execute()
}
