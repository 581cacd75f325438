import { sql } from 'kysely'
import type { Store, Tx } from '@prebook/db'

/** Triggers that keep the index of books, with their definitions. */
const TRIGGERS = {
  sqlite: sql<{ name: string; definition: string }>`
    select name, sql as definition from sqlite_schema
    where type = 'trigger' and tbl_name = 'books' and name in ('books_indexed', 'books_stocked')`,
  postgres: sql<{ name: string; definition: string }>`
    select tgname as name, pg_get_triggerdef(oid) as definition from pg_trigger
    where tgrelid = 'books'::regclass and tgname = 'books_indexed'`,
}

/** On SQLite no trigger writes the words of new books, so a view takes the place of their table. */
const IGNORE_WORDS = [
  'alter table search_words rename to kept_words',
  'create view search_words as select word from kept_words',
  'create trigger words_ignored instead of insert on search_words begin select 1; end',
]
const KEEP_WORDS = ['drop view search_words', 'alter table kept_words rename to search_words']

/**
 * Runs `work` while new books are not indexed, for a baseline. Those that it adds are not found. On PostgreSQL the index is marked
 * as not ready, since to drop it would mean to build it again.
 */
export async function withoutBookIndex<T>(store: Store, work: () => Promise<T>): Promise<T> {
  const isPostgres = store.engine === 'postgres'
  const { rows } = await store.read((reader) =>
    (isPostgres ? TRIGGERS.postgres : TRIGGERS.sqlite).execute(reader),
  )
  const setReady = (isReady: boolean) =>
    sql`update pg_index set indisready = ${isReady} where indexrelid = 'books_by_word'::regclass`
  const runAll = async (tx: Tx, statements: string[]) => {
    for (const statement of statements) await sql.raw(statement).execute(tx)
  }
  await store.write(async (tx) => {
    await runAll(
      tx,
      rows.map(({ name }) => `drop trigger ${name}${isPostgres ? ' on books' : ''}`),
    )
    if (isPostgres) await setReady(false).execute(tx)
    else await runAll(tx, IGNORE_WORDS)
  })
  try {
    return await work()
  } finally {
    await store.write(async (tx) => {
      if (isPostgres) await setReady(true).execute(tx)
      else await runAll(tx, KEEP_WORDS)
      await runAll(
        tx,
        rows.map(({ definition }) => definition),
      )
    })
  }
}
