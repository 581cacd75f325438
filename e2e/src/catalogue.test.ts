import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients } from './testing/api-clients.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

let serial = 0
/** A word that no title contains yet. */
function newWord(): string {
  serial += 1
  return `qx${serial}z`
}

let stem = 100_000_000
/** An unused ISBN in both forms: ISBN-10 with hyphens, ISBN-13 without. */
function newIsbn(): { isbn10: string; isbn13: string } {
  stem += 1
  const digits = String(stem)
  const sum10 = Array.from(digits, (digit, index) => Number(digit) * (10 - index)).reduce((a, b) => a + b, 0)
  const check10 = (11 - (sum10 % 11)) % 11
  const sum13 = Array.from(`978${digits}`, (digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3))
  const check13 = (10 - (sum13.reduce((a, b) => a + b, 0) % 10)) % 10
  const [group, publisher, title] = [digits.slice(0, 1), digits.slice(1, 4), digits.slice(4)]
  return {
    isbn10: `${group}-${publisher}-${title}-${check10 === 10 ? 'x' : check10}`,
    isbn13: `978${digits}${check13}`,
  }
}

describe.each(apiClients)('the catalogue through $name', (client) => {
  test('accepts a new book, trims its texts, and shows it publicly', async () => {
    const { isbn10, isbn13 } = newIsbn()

    const book = await client.createBook(shop.admin, {
      title: '  Cien años de soledad ',
      author: 'Gabriel García Márquez',
      priceCents: 1999,
      isbn: isbn10,
      description: 'Macondo.\n\nSeven generations.',
      stockQuantity: 3,
    })

    expect(book).toStrictEqual({
      id: expect.any(Number),
      title: 'Cien años de soledad',
      author: 'Gabriel García Márquez',
      priceCents: 1999,
      isbn: isbn13,
      description: 'Macondo.\n\nSeven generations.',
      stockQuantity: 3,
      inStock: true,
      currency: 'EUR',
      expectedOn: null,
      expectedPrecision: null,
      withdrawnAt: null,
      successorId: null,
      createdAt: expect.any(String),
      updatedAt: book.createdAt,
    })
    expect(await client.getBook(shop.anonymous(), book.id)).toStrictEqual(book)
  })

  test('accepts a book with only title, author and price, out of stock', async () => {
    const book = await client.createBook(shop.admin, { title: 'T', author: 'A', priceCents: 1 })

    expect(book).toMatchObject({
      isbn: null,
      description: null,
      stockQuantity: 0,
      inStock: false,
      priceCents: 1,
    })
  })

  test('accepts every ISBN once, in any notation', async () => {
    const { isbn10, isbn13 } = newIsbn()
    const title = newWord()
    await client.createBook(shop.admin, { title, author: 'A', priceCents: 100, isbn: isbn13 })

    for (const isbn of [isbn13, isbn10, isbn10.replaceAll('-', ' ')]) {
      await expect(
        client.createBook(shop.admin, { title, author: 'B', priceCents: 100, isbn }),
      ).rejects.toMatchObject({ reason: 'BOOK_ISBN_CONFLICT', status: 409, field: 'isbn' })
    }
    expect((await client.listBooks(shop.admin, { query: title })).items).toHaveLength(1)
  })

  const valid = { title: 'T', author: 'A', priceCents: 100 }
  test.each([
    ['title', { ...valid, title: ' ' }],
    ['title', { ...valid, title: 'x'.repeat(301) }],
    ['title', { ...valid, title: '\u200b' }],
    ['author', { ...valid, author: 7 }],
    ['author', { title: 'T', priceCents: 100 }],
    ['priceCents', { title: 'T', author: 'A' }],
    ['priceCents', { ...valid, priceCents: 0 }],
    ['priceCents', { ...valid, priceCents: -100 }],
    ['priceCents', { ...valid, priceCents: 0.5 }],
    ['priceCents', { ...valid, priceCents: '1999' }],
    ['priceCents', { ...valid, priceCents: null }],
    ['isbn', { ...valid, isbn: '978-0-441-01359-4' }],
    ['stockQuantity', { ...valid, stockQuantity: -1 }],
    ['stockQuantity', { ...valid, stockQuantity: 1_000_001 }],
    ['stockQuantity', { ...valid, stockQuantity: 0.5 }],
    ['publisher', { ...valid, publisher: 'P' }],
  ])('rejects a book with an invalid %s and names the field: %j', async (field, book) => {
    const before = await client.listBooks(shop.admin, { limit: 100 })

    await expect(client.createBook(shop.admin, book as never)).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      status: client.invalidStatus,
      field: client.field(field),
      paths: [client.field(field)],
    })
    expect(await client.listBooks(shop.admin, { limit: 100 })).toEqual(before)
  })

  test('accepts new books from admins only', async () => {
    const book = { title: newWord(), author: 'A', priceCents: 100 }

    await expect(client.createBook(await shop.signUp(), book)).rejects.toMatchObject({
      reason: 'AUTH_FORBIDDEN',
    })
    await expect(client.createBook(shop.anonymous(), book)).rejects.toMatchObject({ reason: 'AUTH_REQUIRED' })
    // The search may show similar titles instead.
    const { items } = await client.listBooks(shop.admin, { query: book.title })
    expect(items.filter(({ title }) => title === book.title)).toEqual([])
  })

  test('returns an error for a book that does not exist', async () => {
    await expect(client.getBook(shop.anonymous(), 987_654_321)).rejects.toMatchObject({
      reason: 'BOOK_NOT_FOUND',
      status: 404,
    })
  })
})

describe.each(apiClients)('searching the catalogue through $name', (client) => {
  test('finds words of title and author, and the ISBN, ignoring case and accents', async () => {
    const [word, { isbn13 }] = [newWord(), newIsbn()]
    const book = await shop.addBook(0, { title: `Ñandú ${word}`, author: 'Straße Æsop', isbn: isbn13 })
    await shop.addBook(0, { title: 'Something else' })

    for (const query of [word, `  ${word.toUpperCase()}  nandu `, `STRASSE ${word}`, `${word} ñ`, isbn13]) {
      expect((await client.listBooks(shop.anonymous(), { query })).items).toEqual([book])
    }
    expect((await client.listBooks(shop.anonymous(), { query: `${word} nothing` })).items).toEqual([])
  })

  test('matches every sign literally: % is not a wildcard', async () => {
    const word = newWord()
    const book = await shop.addBook(0, { title: `${word} 100% pure_\\` })
    await shop.addBook(0, { title: `${word} 1000 pure` })

    for (const query of [`${word} 100%`, `${word} 100%, pur`, `pure ${word} 100%`]) {
      expect((await client.listBooks(shop.anonymous(), { query })).items).toEqual([book])
    }
    for (const query of [`${word} 1%pure`, `${word} %%`, `${word} pure; drop table books`]) {
      expect((await client.listBooks(shop.anonymous(), { query })).items).toEqual([])
    }
  })

  test('filters by stock: in stock, out of stock, or both', async () => {
    const query = newWord()
    const soldOut = await shop.addBook(0, { title: `${query} a` })
    const inStock = await shop.addBook(2, { title: `${query} b` })

    expect((await client.listBooks(shop.anonymous(), { query })).items).toEqual([inStock, soldOut])
    expect((await client.listBooks(shop.anonymous(), { query, inStock: true })).items).toEqual([inStock])
    expect((await client.listBooks(shop.anonymous(), { query, inStock: false })).items).toEqual([soldOut])
  })

  test('returns pages ordered by title, without gaps or duplicates', async () => {
    const query = newWord()
    const titles = ['Alpha', 'beta', 'Élan', 'fox', 'fox', 'Ω'].map((title) => `${title} ${query}`)
    for (const title of titles.toReversed()) await shop.addBook(0, { title, author: 'A' })

    const pages = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await client.listBooks(shop.anonymous(), {
        query,
        limit: 2,
        ...(cursor !== undefined && { cursor }),
      })
      pages.push(page.items)
      cursor = page.nextCursor
    }

    expect(pages.map(({ length }) => length)).toEqual([2, 2, 2])
    expect(pages.flat().map(({ title }) => title)).toEqual(titles)
    expect(new Set(pages.flat().map(({ id }) => id)).size).toBe(6)
  })

  test.each([
    ['query', { query: 'x'.repeat(201) }],
    ['query', { query: 'nul\u0000' }],
    ['inStock', { inStock: 'yes' }],
    ['limit', { limit: 101 }],
    ['cursor', { cursor: 'nonsense' }],
    ['sort', { sort: 'price' }],
  ])('rejects an invalid %s and names the field', async (field, filter) => {
    await expect(client.listBooks(shop.anonymous(), filter as never)).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      status: client.invalidStatus,
      field: client.field(field),
    })
  })
})
