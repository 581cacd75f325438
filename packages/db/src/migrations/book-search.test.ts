import { describe, expect, test } from 'vitest'
import { parseSearch, searchText } from '@prebook/core'
import { openStore } from '../open-store.ts'
import { correctSearch } from '../queries/correct-search.ts'
import { searchBooks } from '../queries/search-books.ts'
import { engines } from '../testing/index.ts'
import { fillOldSchema } from '../testing/old-schema.ts'

/** More than one statement changes. */
const BOOKS = 1_500

const titleOf = (id: number) => (id % 2 === 0 ? `The Spider-Man ${id}` : `Dune ${id}`)

describe.each(engines)('the migration of the search index on $name', (engine) => {
  test('indexes the books that there are, and keeps the index from then on', async () => {
    await using database = await engine.createEmpty()
    await fillOldSchema(database.url, '0017-search-texts', async (db) => {
      for (let id = 1; id <= BOOKS; id += 1) {
        const row = {
          id,
          title: titleOf(id),
          author: 'Stan Lee',
          price_cents: 1,
          created_at: 1,
          updated_at: 1,
        }
        const search_text = `${row.title} ${row.author}`.toLowerCase()
        await db
          .insertInto('books')
          .values({ ...row, stock_quantity: id === 4 ? 1 : 0, search_text })
          .execute()
      }
      await db
        .insertInto('users')
        .values({ id: 1, email: 'a@example.org', password_hash: 'x', role: 'admin', created_at: 1 })
        .execute()
      await db
        .insertInto('stock_movements')
        .values({ id: 1, book_id: 8, delta: 1, quantity_after: 1, actor_id: 1, created_at: 1 })
        .execute()
      await db.insertInto('waitlists').values({ id: 1, book_id: 6, opened_at: 1 }).execute()
      await db
        .insertInto('waitlists')
        .values({ id: 2, book_id: 8, opened_at: 1, notified_at: 2, closed_by: 1 })
        .execute()
    })
    const store = await openStore(database.url)
    try {
      const idsFor = async (text: string) => {
        const query = parseSearch(text)
        if (query === null) return []
        const search = { query, inStock: undefined, after: null, limit: BOOKS }
        return (await store.read((reader) => searchBooks(reader, search))).map(({ id }) => id)
      }
      const even = Array.from({ length: BOOKS / 2 }, (_, index) => BOOKS - 2 * index)
      expect(await idsFor('lee man')).toEqual([6, 4, ...even.filter((id) => id !== 4 && id !== 6)])
      expect(await idsFor('man 999')).toEqual([])
      expect(await idsFor('dune 999')).toEqual([999])
      const query = parseSearch('spidermna')
      expect(query && (await store.read((reader) => correctSearch(reader, query)))).toBe('spiderman')
      await store.write(async (tx) => {
        const changed = { title: 'Emma', author: 'Jane Austen', isbn: null }
        await tx
          .updateTable('books')
          .set({ ...changed, search_text: searchText(changed) })
          .where('id', '=', 999)
          .execute()
      })
      expect(await idsFor('999')).toEqual([])
      expect(await idsFor('austen')).toEqual([999])
    } finally {
      await store.close()
    }
  })
})
