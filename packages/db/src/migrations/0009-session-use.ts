import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/** Sessions have a public id, the hour of their last use and the family of the browser or program that used them. */
export function sessionUse({ integer, randomId, randomDefaults }: EngineSchema): Migration {
  return {
    async up(db: Kysely<never>) {
      // On PostgreSQL the previous version may still add sessions, which get their public id from the default.
      await db.schema
        .alterTable('sessions')
        .addColumn('public_id', integer, (column) =>
          column.notNull().defaultTo(randomDefaults ? randomId : 0),
        )
        .execute()
      if (!randomDefaults) await sql`update sessions set public_id = ${randomId}`.execute(db)
      await db.schema
        .createIndex('sessions_public_id')
        .unique()
        .on('sessions')
        .columns(['user_id', 'public_id'])
        .execute()
      // The new index begins with the same column.
      await db.schema.dropIndex('sessions_user').execute()
      await db.schema
        .alterTable('sessions')
        .addColumn('last_used_at', integer, (column) => column.notNull().defaultTo(0))
        .execute()
      await db.schema
        .createIndex('sessions_recent')
        .on('sessions')
        .columns(['user_id', 'last_used_at', 'public_id'])
        .execute()
      await db.schema.alterTable('sessions').addColumn('agent', 'text').execute()
      // An account's export lists the stock changes that it made.
      await db.schema
        .createIndex('stock_movements_actor')
        .on('stock_movements')
        .columns(['actor_id', 'id'])
        .execute()
    },
  }
}
