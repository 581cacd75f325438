import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The value of the installation with the ISO 4217 code of all prices. It is there once there is a book. */
export const SHOP_CURRENCY = 'currency'

/** Records the currency of the books of earlier versions, whose prices had two decimals and no currency: EUR, the default. */
export const currency: Migration = {
  async up(db: Kysely<never>) {
    await sql`
      insert into installation (name, value)
      select ${sql.lit(SHOP_CURRENCY)}, 'EUR' where exists (select 1 from books)`.execute(db)
  },
}
