import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createTestServer } from '../testing/server.ts'

const dune = { title: 'Dune', author: 'Frank Herbert', priceCents: 999, isbn: '9780441013593' }
const numbers = { title: 'On 9780441013593 and other numbers', author: 'Anon', priceCents: 1 }

describe.each(engines)('searching for an ISBN on $name', (engine) => {
  test('finds only the book that has it, in any spelling', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    await admin.call.books.create(dune)
    await admin.call.books.create(numbers)
    const titles = async (query: string, more: { inStock?: boolean } = {}) =>
      (await admin.call.books.list({ query, ...more })).items.map(({ title }) => title)
    for (const query of [
      '9780441013593',
      '978-0-441-01359-3',
      ' 978 0 441 01359 3',
      '0441013597',
      '0-441-01359-7',
      'ISBN 9780441013593',
      '978\u20110\u2011441\u201101359\u20113 (pbk.)',
    ]) {
      expect(await titles(query), query).toEqual(['Dune'])
    }
    expect(await titles('9780441013593', { inStock: true })).toEqual([])
    expect(await titles('9780441013593', { inStock: false })).toEqual(['Dune'])
  })

  test('that no book has finds the books that mention it', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    await admin.call.books.create(numbers)
    const { items } = await admin.call.books.list({ query: '9780441013593' })
    expect(items).toMatchObject([numbers])
  })

  test('together with a word finds the books with both', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    await admin.call.books.create(dune)
    await admin.call.books.create(numbers)
    const { items } = await admin.call.books.list({ query: 'numbers 9780441013593' })
    expect(items).toMatchObject([numbers])
  })

  test('has one page', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    await admin.call.books.create(dune)
    const first = await admin.call.books.list({ query: dune.isbn, limit: 1 })
    expect(first).toMatchObject({ items: [dune], nextCursor: null })
  })
})

describe.each(engines)('searching for words on $name', (engine) => {
  test('finds a title however it is typed', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const book = { title: 'Die Häuser am Fluß – Łódź’s “Spider‑Man”', author: 'J.R.R. Ørsted', priceCents: 1 }
    await admin.call.books.create(book)
    for (const query of [
      'haeuser',
      'hauser fluss',
      "lodz's",
      'spider man',
      'spiderman',
      'jrr oersted',
      'orst',
    ])
      expect((await admin.call.books.list({ query })).items, query).toMatchObject([{ title: book.title }])
  })

  test('finds nothing for signs only, and everything for spaces', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    await admin.call.books.create(dune)
    for (const query of ['?!', '\u201c\u201d', '\u200b', '\u0301'])
      expect((await admin.call.books.list({ query })).items, query).toEqual([])
    expect((await admin.call.books.list({ query: '  ' })).items).toMatchObject([dune])
  })
})
