import { sql } from 'kysely'
import type { EngineSchema } from '../engine-schema.ts'
import { createBookIndex } from './book-index.ts'
import { createAddressIndex } from './address-index.ts'

/** `PBOK` in ASCII. It is written to the file's header, so that a database of another application is detected. */
export const APPLICATION_ID = 0x50424f4b

/** STRICT tables, so that a numeric column never stores text. */
export const sqliteSchema: EngineSchema = {
  integer: sql`integer`,
  foldedText: sql`text`,
  withId: (table) => table.addColumn('id', 'integer', (column) => column.primaryKey()),
  finish: (table) => table.modifyEnd(sql`strict`),
  dropsConstraints: false,
  randomId: sql`abs(random() % 9007199254740991) + 1`,
  randomDefaults: false,
  createBookIndex,
  createAddressIndex,
  mark: async (db) => {
    await sql`pragma application_id = ${sql.raw(String(APPLICATION_ID))}`.execute(db)
  },
}
