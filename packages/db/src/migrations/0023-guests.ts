import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/**
 * What is kept of a guest's confirmation: the consent as long as the pre-booking, and a hash of the wish until its link
 * expires. Also how often the links to a guest's page were revoked.
 */
export function guests({ integer, finish }: EngineSchema): Migration {
  return {
    async up(db: Kysely<never>) {
      await finish(
        db.schema
          .createTable('consents')
          .addColumn('prebook_id', integer, (column) =>
            column.primaryKey().notNull().references('prebooks.id').onDelete('restrict'),
          )
          .addColumn('version', 'text', (column) => column.notNull())
          .addColumn('locale', 'text', (column) => column.notNull())
          .addColumn('given_at', integer, (column) => column.notNull()),
      ).execute()
      await finish(
        db.schema
          .createTable('used_wishes')
          .addColumn('hash', 'text', (column) => column.primaryKey().notNull())
          .addColumn('prebook_id', integer, (column) => column.references('prebooks.id').onDelete('restrict'))
          .addColumn('manage_generation', integer)
          .addColumn('expires_at', integer, (column) => column.notNull()),
      ).execute()
      await db.schema.createIndex('used_wishes_of_prebook').on('used_wishes').column('prebook_id').execute()
      await db.schema.createIndex('used_wishes_by_expiry').on('used_wishes').column('expires_at').execute()
      await db.schema
        .alterTable('users')
        .addColumn('manage_generation', integer, (column) => column.notNull().defaultTo(0))
        .execute()
    },
  }
}
