import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** An index of the accounts whose erasing has begun and is not complete. It is nearly always empty. */
export const erasing: Migration = {
  async up(db: Kysely<never>) {
    await db.schema
      .createIndex('users_being_erased')
      .on('users')
      .column('id')
      .where(sql<boolean>`email is null and erased_at is null`)
      .execute()
  },
}
