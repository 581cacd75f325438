import { sql } from 'kysely'
import type { EngineSchema } from '../engine-schema.ts'

/** Text that is compared is sorted byte by byte, as SQLite does it, whatever the server's locale. */
export const postgresSchema: EngineSchema = {
  integer: sql`bigint`,
  foldedText: sql`text collate "C"`,
  withId: (table) =>
    table.addColumn('id', 'bigint', (column) => column.primaryKey().generatedByDefaultAsIdentity()),
  finish: (table) => table,
  // A PostgreSQL database has a name that the operator chose: there is nothing to mistake it for.
  mark: async () => {},
}
