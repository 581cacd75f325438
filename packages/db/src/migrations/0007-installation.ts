import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/** Values of this installation, such as keys. Rows are added when they are first needed and never change. */
export function installation(schema: EngineSchema): Migration {
  return {
    async up(db: Kysely<never>) {
      await schema
        .finish(
          db.schema
            .createTable('installation')
            .addColumn('name', 'text', (column) => column.primaryKey().notNull())
            .addColumn('value', 'text', (column) => column.notNull()),
        )
        .execute()
    },
  }
}
