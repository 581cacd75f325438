import { describe, expect, test } from 'vitest'
import { searchText } from '@prebook/core'
import { insertBooks } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { generatedTitles, seededRandom, typingErrors } from '@prebook/testing/typing-errors'
import { createTestServer, type TestServer } from '../testing/server.ts'

const BOOKS = 10_000
const PER_KIND = 100
const SEED = 20_261_130

async function addBooks({ services }: TestServer, titles: readonly string[]): Promise<void> {
  const author = 'Various Authors'
  const rows = titles.map((title) => ({
    title,
    author,
    isbn: null,
    description: null,
    price_cents: 1_999,
    stock_quantity: 0,
    search_text: searchText({ title, author, isbn: null }),
    created_at: 1,
    updated_at: 1,
  }))
  await services.store.write((tx) => insertBooks(tx, rows))
}

describe.each(engines)('a title with a typing error on $name', (engine) => {
  test('is among the first five results, and a title without one is the first', async () => {
    await using server = await createTestServer(engine)
    const titles = generatedTitles(BOOKS, SEED)
    await addBooks(server, titles)
    const { books } = server.as()
    const random = seededRandom(SEED)
    for (const { kind, make } of typingErrors) {
      let found = 0
      const missed: string[] = []
      for (let count = 0; count < PER_KIND; count += 1) {
        const title = titles[Math.floor(random() * titles.length)] ?? ''
        const query = make(title, random)
        expect(query).not.toBe(title)
        const { items } = await books.list({ query, limit: 5 })
        if (items.some((book) => book.title === title)) found += 1
        else missed.push(query)
      }
      expect(found / PER_KIND, `${kind}: ${missed.join(', ')}`).toBeGreaterThanOrEqual(0.9)
    }
    for (const title of titles.slice(0, 50)) {
      const { items, showingResultsFor } = await books.list({ query: title, limit: 5 })
      expect([items[0]?.title, showingResultsFor]).toEqual([title, null])
    }
  })
})
