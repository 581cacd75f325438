import { sql } from 'kysely'
import type { EngineSchema } from '../engine-schema.ts'

/** `PBOK` in ASCII: written into the file's header, so that another application's database is never taken for ours. */
export const APPLICATION_ID = 0x50424f4b

/** STRICT tables, so that a text never slips into a column of numbers. */
export const sqliteSchema: EngineSchema = {
  integer: sql`integer`,
  foldedText: sql`text`,
  withId: (table) => table.addColumn('id', 'integer', (column) => column.primaryKey()),
  finish: (table) => table.modifyEnd(sql`strict`),
  mark: async (db) => {
    await sql`pragma application_id = ${sql.raw(String(APPLICATION_ID))}`.execute(db)
  },
}
