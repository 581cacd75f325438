import { sql } from 'kysely'
import type { Store } from '@prebook/db'

/** Adds sold-out books straight into the table, with ids that follow one another; gives the first and the last id. */
export async function addSoldOutBooks(store: Store, count: number): Promise<{ first: number; last: number }> {
  return store.write(async (tx) => {
    await sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${count})
      insert into books (title, author, price_cents, stock_quantity, search_text, created_at, updated_at)
      select 'Book ' || n, 'Bench', 1, 0, 'book ' || n, 0, 0 from numbers`.execute(tx)
    const { last } = await tx
      .selectFrom('books')
      .select((eb) => eb.fn.max('id').as('last'))
      .executeTakeFirstOrThrow()
    return { first: last - count + 1, last }
  })
}
