import { correctableWords } from '@prebook/core'
import { sql, type Kysely } from 'kysely'
import type { Reader, Tx } from '../../database.ts'
import type { Candidate, HitRange } from '../book-index.ts'
import { indexExpression } from '../index-expression.ts'

/** The words of a search text, separated by spaces. */
const words = (row: string) => `replace(${row}.search_text, char(9), ' ')`

/** Words are separated by spaces only, because core has folded them. */
const tokenizer = `tokenize = "ascii tokenchars '!#$%&()*+,-./:;<=>?@[]^_{|}~'"`

/** The words of a book that a typing error can be corrected to: not ISBNs. */
const addWords = (from: string, row: string) => `
  insert or ignore into search_words
  select ltrim(value, '/') from ${from} json_each('["' || replace(${words(row)}, ' ', '","') || '"]')
  where value <> '' and (length(value) < 8 or value glob '*[^0-9]*')`

const addWanted = (from: string) => `
  insert into wanted_books select id, search_text from ${from}
  where not exists (select 1 from wanted_books where book_id = id)`

/**
 * Creates the index of the words of books for those that there are, and triggers that keep it. It has neither the texts nor the
 * positions of words: with them, it would be several times as large.
 */
export async function createBookIndex(db: Kysely<never>): Promise<void> {
  const statements = [
    `create virtual table book_search using fts5(words, content = '', detail = none, columnsize = 0, ${tokenizer})`,
    `insert into book_search (rowid, words) select id, ${words('books')} from books`,
    'create table search_words (word text primary key) strict, without rowid',
    addWords('books,', 'books'),
    `create trigger books_indexed after insert on books begin
      insert into book_search (rowid, words) values (new.id, ${words('new')});
    end`,
    `create trigger books_reindexed after update of search_text on books when old.search_text <> new.search_text begin
      insert into book_search (book_search, rowid, words) values ('delete', old.id, ${words('old')});
      insert into book_search (rowid, words) values (new.id, ${words('new')});
      ${addWords('', 'new')};
      update wanted_books set search_text = new.search_text where book_id = new.id;
    end`,
    `create trigger books_stocked after insert on books when new.stock_quantity > 0 begin
      insert into wanted_books values (new.id, new.search_text);
    end`,
    `create trigger books_restocked after update of stock_quantity on books
      when old.stock_quantity = 0 and new.stock_quantity > 0 begin ${addWanted('(select new.id as id, new.search_text as search_text)')};
    end`,
    `create trigger books_sold_out after update of stock_quantity on books
      when old.stock_quantity > 0 and new.stock_quantity = 0 begin
      delete from wanted_books where book_id = new.id;
    end`,
    `create trigger waitlists_opened after insert on waitlists
      when new.notified_at is null and new.withdrawn_at is null begin
      ${addWanted('books')} and id = new.book_id;
    end`,
    // Only the waitlist of a book that is out of stock is withdrawn.
    `create trigger waitlists_withdrawn after update of withdrawn_at on waitlists when new.withdrawn_at is not null begin
      delete from wanted_books where book_id = new.book_id;
    end`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** See `addSearchWords` of `engines/book-index.ts`. */
export async function addSearchWords(tx: Tx, searchTexts: readonly string[]): Promise<void> {
  if (searchTexts.length === 0) return
  const added = JSON.stringify(correctableWords(searchTexts))
  await sql`insert or ignore into search_words select value from json_each(${added})`.execute(tx)
}

/** See `findHits` of `engines/book-index.ts`. */
export async function findHits(reader: Reader, range: HitRange): Promise<Candidate[]> {
  const expression = indexExpression(range, {
    term: (word, isPrefix) => `"${word.replaceAll('"', '""')}"${isPrefix ? '*' : ''}`,
    and: ' AND ',
    or: ' OR ',
  })
  // A cross join, so that the index is always read first.
  const { rows } = await sql<Candidate>`
    select books.id, books.search_text, books.stock_quantity,
      exists (select 1 from wanted_books where book_id = books.id) as is_wanted
    from book_search cross join books on books.id = book_search.rowid
    where book_search match ${expression} and book_search.rowid < ${range.before}
    order by book_search.rowid desc limit ${range.limit}`.execute(reader)
  return rows
}
