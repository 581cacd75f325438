import Sqlite from 'better-sqlite3'
import { Kysely, PostgresDialect, sql, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { Pool } from 'pg'
import { postgresSchema } from '../engines/postgres/postgres-schema.ts'
import { sqliteSchema } from '../engines/sqlite/sqlite-schema.ts'
import { migrationsOf } from '../migrations/migrate.ts'

/** Any tables with any columns, because `Database` does not describe an old schema. */
type OldDatabase = Record<string, Record<string, unknown>>

/**
 * Migrates an empty database up to a given migration and fills it, like an old version of the service.
 *
 * @param url an empty database of either engine
 * @param last the name of the last migration to run, such as `0004-live-queue`
 */
export async function fillOldSchema(
  url: string,
  last: string,
  fill: (db: Kysely<OldDatabase>) => Promise<unknown>,
): Promise<void> {
  const sqlite = url.startsWith('file:')
  const db = new Kysely<OldDatabase>({
    dialect: sqlite
      ? new SqliteDialect({ database: new Sqlite(url.slice('file:'.length)) })
      : new PostgresDialect({ pool: new Pool({ connectionString: url, max: 1 }) }),
  })
  try {
    const migrations = migrationsOf(sqlite ? sqliteSchema : postgresSchema)
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
    const { error } = await migrator.migrateTo(last)
    if (error !== undefined) throw error
    await fill(db)
  } finally {
    await db.destroy()
  }
}

/** Like {@link fillOldSchema}, with SQL statements. Ids in them may be explicit: later rows get higher ones. */
export async function fillOldSchemaWith(
  url: string,
  last: string,
  statements: readonly string[],
): Promise<void> {
  await fillOldSchema(url, last, async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db)
    if (url.startsWith('file:')) return
    const { rows } = await sql<{ table: string; sequence: string }>`
      select table_name as table, pg_get_serial_sequence(table_name, column_name) as sequence
      from information_schema.columns where is_identity = 'YES' and table_schema = current_schema()`.execute(
      db,
    )
    for (const { table, sequence } of rows)
      await sql`select setval(${sequence}, (select coalesce(max(id), 0) + 1 from ${sql.table(table)}), false)`.execute(
        db,
      )
  })
}
