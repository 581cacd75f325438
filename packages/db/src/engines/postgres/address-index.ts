import { sql, type Kysely } from 'kysely'
import type { Reader } from '../../database.ts'
import { containsText } from '../../queries/contains-text.ts'
import type { AddressSearch } from '../address-search.ts'

/** Creates the index of addresses, which the server keeps. The owner of a database may create the extension: it is trusted. */
export async function createAddressIndex(db: Kysely<never>): Promise<void> {
  // So that an error leaves the transaction intact. Otherwise Kysely's next statement fails, and its error replaces the first.
  await sql`savepoint address_index`.execute(db)
  try {
    await sql`create extension if not exists pg_trgm`.execute(db)
    await sql`create index users_address_trigrams on users using gin (email gin_trgm_ops)`.execute(db)
  } catch (error) {
    await sql`rollback to savepoint address_index`.execute(db)
    throw error
  }
}

/** What the operator can do when {@link createAddressIndex} fails. */
export const addressIndexRemedies: { pattern: RegExp; message: string }[] = [
  {
    pattern: /permission denied to create extension "pg_trgm"/,
    message:
      'needs the extension pg_trgm, which this user may not create: let the owner of the database run CREATE EXTENSION pg_trgm in it once, then start again.',
  },
  {
    pattern: /extension "pg_trgm" is not available/,
    message:
      'needs the extension pg_trgm, which its server does not have: install the contrib modules of PostgreSQL there, then start again.',
  },
  {
    pattern: /operator class "gin_trgm_ops" does not exist/,
    message:
      'has the extension pg_trgm in a schema that this user does not search: run ALTER EXTENSION pg_trgm SET SCHEMA public in it, then start again.',
  },
]

/** See {@link AddressSearch}. */
export const searchAddresses: AddressSearch = {
  // The trigrams of `pg_trgm` are of letters and digits only, and which others count as such depends on the server's locale.
  canFind: (text) => /[a-z0-9]{3}/.test(text),
  async newest(reader: Reader, { text, beforeId, limit }) {
    // `+ 0`, so that the planner does not read all accounts in the order of ids, when it expects to find many.
    const { rows } = await sql<{ id: number }>`
      select id from users
      where ${containsText(sql.ref('email'), text)} and id + 0 < ${beforeId}
      order by id + 0 desc limit ${limit}`.execute(reader)
    return rows.map(({ id }) => id)
  },
}
