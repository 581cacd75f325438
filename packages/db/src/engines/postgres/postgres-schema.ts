import { sql } from 'kysely'
import type { EngineSchema } from '../engine-schema.ts'
import { createBookIndex } from './book-index.ts'
import { createAddressIndex } from './address-index.ts'

/** Folded text is sorted byte by byte, as in SQLite, independent of the server's locale. */
export const postgresSchema: EngineSchema = {
  integer: sql`bigint`,
  foldedText: sql`text collate "C"`,
  withId: (table) =>
    table.addColumn('id', 'bigint', (column) => column.primaryKey().generatedByDefaultAsIdentity()),
  finish: (table) => table,
  dropsConstraints: true,
  randomId: sql`(floor(random() * 9007199254740991) + 1)::bigint`,
  randomDefaults: true,
  createBookIndex,
  createAddressIndex,
  // Not needed: the operator chose the database by its name.
  mark: async () => {},
}
