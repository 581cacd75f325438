import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/** An index that finds a part of an address. */
export const addressIndex = (schema: EngineSchema): Migration => ({
  async up(db: Kysely<never>) {
    await schema.createAddressIndex(db)
  },
})
