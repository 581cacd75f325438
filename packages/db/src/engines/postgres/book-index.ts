import { sql, type Kysely } from 'kysely'
import type { Reader } from '../../database.ts'
import type { Candidate, HitRange } from '../book-index.ts'
import { indexExpression } from '../index-expression.ts'

/** The words of a search text as an array. */
const words = (row: string) =>
  `array_remove(string_to_array(translate(${row}.search_text, chr(9), ' '), ' '), '')`

/** The index is on this expression, so it needs no column, and a change of stock does not touch it. */
const indexed = `array_to_tsvector(${words('books')})`

/** The words of some books that a typing error can be corrected to: not ISBNs. In one order, so that no two writers deadlock. */
const addWords = (from: string, row: string) => `
  insert into search_words
  select distinct ltrim(word, '/') from ${from} unnest(${words(row)}) as word where word !~ '^[0-9]{8,}$'
  order by 1 on conflict do nothing;`

const addWanted = (from: string) => `
  insert into wanted_books select id, search_text from ${from} on conflict do nothing;`

/** A trigger function and its trigger. */
const trigger = (name: string, fires: string, body: string) => [
  `create function ${name}() returns trigger language plpgsql as $$ begin ${body} return null; end $$`,
  `create trigger ${name} after ${fires} execute function ${name}()`,
]

/**
 * Creates the index of the words of books for those that there are, and triggers that keep what is derived from books. Those
 * for inserts run once for a statement.
 */
export async function createBookIndex(db: Kysely<never>): Promise<void> {
  const statements = [
    // Each search also reads the list of what is not yet in the index, so the list is kept short.
    `create index books_by_word on books using gin ((${indexed})) with (gin_pending_list_limit = 512)`,
    'create table search_words (word text collate "C" primary key)',
    `do $$ begin ${addWords('books,', 'books')} end $$`,
    ...trigger(
      'books_indexed',
      'insert on books referencing new table as added for each statement',
      `${addWords('added,', 'added')} ${addWanted('added where stock_quantity > 0')}`,
    ),
    ...trigger(
      'books_reindexed',
      'update of search_text on books for each row when (old.search_text <> new.search_text)',
      `${addWords('', 'new')} update wanted_books set search_text = new.search_text where book_id = new.id;`,
    ),
    ...trigger(
      'books_restocked',
      'update of stock_quantity on books for each row when (old.stock_quantity = 0 and new.stock_quantity > 0)',
      'insert into wanted_books values (new.id, new.search_text) on conflict do nothing;',
    ),
    ...trigger(
      'books_sold_out',
      'update of stock_quantity on books for each row when (old.stock_quantity > 0 and new.stock_quantity = 0)',
      'delete from wanted_books where book_id = new.id;',
    ),
    ...trigger(
      'waitlists_opened',
      'insert on waitlists for each row when (new.notified_at is null and new.withdrawn_at is null)',
      addWanted('books where id = new.book_id'),
    ),
    ...trigger(
      'waitlists_withdrawn',
      'update of withdrawn_at on waitlists for each row when (new.withdrawn_at is not null)',
      'delete from wanted_books where book_id = new.book_id;',
    ),
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** Letters of a word that are looked up: at most 2,000 bytes. PostgreSQL refuses words of more than 2,046 bytes. */
const MOST_LETTERS = 500

/** A longer word is looked up by its beginning. Core compares the whole of it with what is found. */
function term(word: string, isPrefix: boolean): string {
  const letters = Array.from(word)
  const text = letters.slice(0, MOST_LETTERS).join('')
  return `'${text.replace(/['\\]/g, '$&$&')}'${isPrefix || letters.length > MOST_LETTERS ? ':*' : ''}`
}

/** See `findHits` of `engines/book-index.ts`. */
export async function findHits(reader: Reader, range: HitRange): Promise<Candidate[]> {
  const expression = indexExpression(range, {
    term,
    and: ' & ',
    or: ' | ',
  })
  // The order and the limit are outside, because with them the planner might scan the table for the first hits.
  const { rows } = await sql<Candidate>`
    with hits as materialized (
      select id, search_text, stock_quantity from books
      where ${sql.raw(indexed)} @@ ${expression}::tsquery and id < ${range.before}),
    newest as (select * from hits order by id desc limit ${range.limit})
    select newest.*, coalesce((select 1 from wanted_books where book_id = newest.id), 0) as is_wanted
    from newest order by id desc`.execute(reader)
  return rows
}
