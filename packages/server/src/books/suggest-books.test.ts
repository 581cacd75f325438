import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createTestServer } from '../testing/server.ts'

const catalogue = [
  { title: 'Dune', author: 'Frank Herbert', isbn: '9780441013593', stockQuantity: 1 },
  { title: 'Dune Messiah', author: 'Frank Herbert', isbn: '9780593098233' },
  { title: 'Children of Dune', author: 'Frank Herbert' },
  { title: 'The Dunes of Time', author: 'A. Dunne' },
  { title: 'Ender\u2019s Game', author: 'Orson Scott Card' },
  { title: '20000', author: 'Somebody', isbn: '9782000000006' },
]

describe.each(engines)('suggestions on $name', (engine) => {
  const openCatalogue = async () => {
    const server = await createTestServer(engine)
    const admin = await server.admin()
    for (const book of catalogue) await admin.call.books.create({ priceCents: 1_999, ...book })
    return server
  }

  test('are the first results of the search, with the last word as the beginning of one', async () => {
    await using server = await openCatalogue()
    const { books } = server.as()
    for (const query of ['d', 'dune', 'dune m', 'the dune', 'herb', 'ender\u2019s g', 'enders']) {
      const listed = (await books.list({ query })).items
      expect(listed.length, query).toBeGreaterThan(0)
      const short = listed.map(({ id, title, author, isbn, inStock, withdrawnAt }) => ({
        id,
        title,
        author,
        isbn,
        inStock,
        withdrawn: withdrawnAt !== null,
      }))
      expect(await books.suggest({ query }), query).toEqual({
        items: short.slice(0, 8),
        showingResultsFor: null,
      })
      expect((await books.suggest({ query, limit: 1 })).items, query).toEqual(short.slice(0, 1))
    }
    expect((await books.suggest({ query: 'dune' })).items[0]).toEqual({
      id: 1,
      title: 'Dune',
      author: 'Frank Herbert',
      isbn: '9780441013593',
      inStock: true,
      withdrawn: false,
    })
  })

  test.each([
    ['an ISBN', '0-441-01359-7', 1],
    ['an ISBN with hyphens of another kind', '978\u20110\u2011441\u201101359\u20113', 1],
    ['the beginning of an ISBN', '97804', 1],
    ['the beginning of an ISBN with hyphens', '978-0-5930', 2],
    ['the beginning of an ISBN-10', '0-593-0', 2],
    ['an ISBN with a wrong check digit', '9780441013594', 1],
    ['a number that is a title, rather than the beginning of an ISBN', '20000', 6],
  ])('find %s', async (_what, query, id) => {
    await using server = await openCatalogue()
    const { items, showingResultsFor } = await server.as().books.suggest({ query })
    expect([items[0]?.id, showingResultsFor]).toEqual([id, null])
  })

  test('forgive a typing error, and say what they are for', async () => {
    await using server = await openCatalogue()
    const { items, showingResultsFor } = await server.as().books.suggest({ query: 'chidlren of dune' })
    expect(items.map(({ title }) => title)).toEqual(['Children of Dune'])
    expect(showingResultsFor).toBe('children of dune')
  })

  test('for nothing, and for signs only, are none', async () => {
    await using server = await openCatalogue()
    for (const query of ['', '  ', '?!', '\u2026 \u2013', '\u{1f4d6}', 'zzzzzzzz'])
      expect(await server.as().books.suggest({ query }), query).toEqual({
        items: [],
        showingResultsFor: null,
      })
  })

  test.each([
    ['a text of 1,000 characters', { query: 'x'.repeat(1_000) }],
    ['more than ten', { query: 'dune', limit: 11 }],
    ['none', { query: 'dune', limit: 0 }],
  ])('are refused for %s', async (_what, input) => {
    await using server = await createTestServer(engine)
    await expect(server.as().books.suggest(input)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})
