import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'
import { rewriteSearchTexts } from './0017-search-texts.ts'

/**
 * The index of books by their words, the words that typing errors are corrected to, and the books that searches show first. All
 * of them follow from other rows, so copies leave them out (`DERIVED_TABLES`).
 */
export function bookSearch(schema: EngineSchema): Migration {
  const { finish, foldedText, integer } = schema
  return {
    async up(db: Kysely<never>) {
      await rewriteSearchTexts(db)
      await finish(
        db.schema
          .createTable('wanted_books')
          .addColumn('book_id', integer, (column) => column.primaryKey().notNull())
          .addColumn('search_text', foldedText, (column) => column.notNull()),
      ).execute()
      await sql`
        insert into wanted_books select id, search_text from books
        where stock_quantity > 0 or id in (
          select book_id from waitlists where notified_at is null and withdrawn_at is null)`.execute(db)
      await db.schema
        .createIndex('wanted_books_by_title')
        .on('wanted_books')
        .columns(['search_text', 'book_id'])
        .execute()
      await schema.createBookIndex(db)
    },
  }
}
