import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { searchText } from '@prebook/core'

/** Books in one statement. */
const BATCH = 1_000

type Book = { id: number; title: string; author: string; isbn: string | null; search_text: string }

/** Rewrites what searches match, by the present rules of {@link searchText}. */
export const searchTexts: Migration = { up: rewriteSearchTexts }

/** See {@link searchTexts}. Later migrations repeat it, when the rules have changed. */
export async function rewriteSearchTexts(db: Kysely<never>): Promise<void> {
  for (let after = 0, more = true; more;) {
    const { rows } = await sql<Book>`
      select id, title, author, isbn, search_text from books where id > ${after} order by id limit ${BATCH}`.execute(
      db,
    )
    const changed = rows.filter((book) => searchText(book) !== book.search_text)
    if (changed.length > 0) {
      const values = changed.map((book) => sql`(cast(${book.id} as bigint), ${searchText(book)})`)
      await sql`
        with folded (id, text) as (values ${sql.join(values)})
        update books set search_text = folded.text from folded where folded.id = books.id`.execute(db)
    }
    after = rows.at(-1)?.id ?? after
    more = rows.length === BATCH
  }
}
