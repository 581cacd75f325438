import { sql, type Kysely } from 'kysely'
import type { Reader } from '../../database.ts'
import type { AddressSearch } from '../address-search.ts'

/**
 * Creates the index of addresses: an FTS5 table with the trigrams of each, without a copy of the addresses. Triggers keep it, so
 * that every transaction that changes an address changes the index too. A later migration that rebuilds `users` has to
 * create the triggers again.
 */
export async function createAddressIndex(db: Kysely<never>): Promise<void> {
  const statements = [
    // Without positions and lengths it is half as large. What it finds is compared with the address itself.
    `create virtual table address_index using fts5 (email, content = 'users', content_rowid = 'id',
      tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0)`,
    // Otherwise the trigrams of an erased address would stay in the file until their part of the index is merged.
    `insert into address_index (address_index, rank) values ('secure-delete', 1)`,
    'insert into address_index (rowid, email) select id, email from users where email is not null',
    `create trigger users_address_added after insert on users when new.email is not null begin
      insert into address_index (rowid, email) values (new.id, new.email);
    end`,
    `create trigger users_address_changed after update of email on users when old.email is not new.email begin
      insert into address_index (address_index, rowid, email)
        select 'delete', old.id, old.email where old.email is not null;
      insert into address_index (rowid, email) select new.id, new.email where new.email is not null;
    end`,
    `create trigger users_address_deleted after delete on users when old.email is not null begin
      insert into address_index (address_index, rowid, email) values ('delete', old.id, old.email);
    end`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** See {@link AddressSearch}. It finds candidates: every address with the text has its trigrams, others may have them too. */
export const searchAddresses: AddressSearch = {
  // A trigram is three characters.
  canFind: (text) => Array.from(text).length >= 3,
  async newest(reader: Reader, { text, beforeId, limit }) {
    const { rows } = await sql<{ id: number }>`
      select rowid as id from address_index
      where address_index match ${trigramsOf(text)} and rowid < ${beforeId}
      order by rowid desc limit ${limit}`.execute(reader)
    return rows.map(({ id }) => id)
  },
}

/** An FTS5 query for trigrams that cover the text. All of them would find fewer candidates, and take longer to read. */
function trigramsOf(text: string): string {
  const characters = Array.from(text)
  const starts = characters.keys().filter((start) => start % 3 === 0 && start + 3 <= characters.length)
  const trigrams = [...starts, characters.length - 3].map((start) =>
    characters.slice(start, start + 3).join(''),
  )
  return trigrams.map((trigram) => `"${trigram.replaceAll('"', '""')}"`).join(' AND ')
}
