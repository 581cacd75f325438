import { describe, expect, test } from 'vitest'
import { searchText } from '@prebook/core'
import { openStore } from '../open-store.ts'
import { engines } from '../testing/index.ts'
import { fillOldSchema } from '../testing/old-schema.ts'

/** More than one statement changes. */
const BOOKS = 2_001

describe.each(engines)('the migration of search texts on $name', (engine) => {
  test('rewrites the text of every book, and nothing else', async () => {
    await using database = await engine.createEmpty()
    const books = Array.from({ length: BOOKS }, (_, index) => ({
      id: index + 1,
      title: index % 2 === 0 ? `Ender\u2019s Game ${index}` : `Dune ${index}`,
      author: 'Author',
      isbn: null,
      price_cents: 1_999,
      description: null,
      stock_quantity: 0,
      created_at: 1,
      updated_at: 2,
    }))
    await fillOldSchema(database.url, '0016-kept-answers', async (db) => {
      for (const book of books)
        await db
          .insertInto('books')
          .values({ ...book, search_text: `${book.title} ${book.author}`.toLowerCase() })
          .execute()
    })
    const store = await openStore(database.url)
    try {
      const rows = await store.read((reader) =>
        reader.selectFrom('books').selectAll().orderBy('id').execute(),
      )
      expect(rows).toHaveLength(books.length)
      // Later migrations add columns.
      expect(rows).toMatchObject(books.map((book) => ({ ...book, search_text: searchText(book) })))
    } finally {
      await store.close()
    }
  })
})
