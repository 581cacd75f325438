import { sql } from 'kysely'
import type { Store } from '@prebook/db'

/** Triggers that keep the index of books, with their definitions. */
const TRIGGERS = {
  sqlite: sql<{ name: string; definition: string }>`
    select name, sql as definition from sqlite_schema
    where type = 'trigger' and tbl_name = 'books' and name in ('books_indexed', 'books_stocked')`,
  postgres: sql<{ name: string; definition: string }>`
    select tgname as name, pg_get_triggerdef(oid) as definition from pg_trigger
    where tgrelid = 'books'::regclass and tgname = 'books_indexed'`,
}

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
  await store.write(async (tx) => {
    for (const { name } of rows)
      await sql.raw(`drop trigger ${name}${isPostgres ? ' on books' : ''}`).execute(tx)
    if (isPostgres) await setReady(false).execute(tx)
  })
  try {
    return await work()
  } finally {
    await store.write(async (tx) => {
      for (const { definition } of rows) await sql.raw(definition).execute(tx)
      if (isPostgres) await setReady(true).execute(tx)
    })
  }
}
