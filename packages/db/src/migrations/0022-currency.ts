import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Records the currency of the books of earlier versions, whose prices had two decimals and no currency: EUR, the default. */
export const currency: Migration = {
  async up(db: Kysely<never>) {
    await sql`
      insert into installation (name, value)
      select 'currency', 'EUR' where exists (select 1 from books)`.execute(db)
  },
}
