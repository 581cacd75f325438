import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients } from './testing/api-clients.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

let serial = 0
/** A word that no title has yet. */
function newWord(): string {
  serial += 1
  return `qx${serial}z`
}

let stem = 100_000_000
/** An ISBN that no book has yet, in both of its forms: ISBN-10 with hyphens, ISBN-13 without. */
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

describe.each(apiClients)('the catalogue through $name', (door) => {
  test('takes a new book, trims it, and shows all of it to everybody', async () => {
    const { isbn10, isbn13 } = newIsbn()

    const book = await door.createBook(shop.admin, {
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
      createdAt: expect.any(String),
      updatedAt: book.createdAt,
    })
    expect(await door.getBook(shop.stranger(), book.id)).toStrictEqual(book)
  })

  test('takes a book of which only title, author and price are known: out of stock', async () => {
    const book = await door.createBook(shop.admin, { title: 'T', author: 'A', priceCents: 1 })

    expect(book).toMatchObject({
      isbn: null,
      description: null,
      stockQuantity: 0,
      inStock: false,
      priceCents: 1,
    })
  })

  test('has every ISBN once, however it is spelled', async () => {
    const { isbn10, isbn13 } = newIsbn()
    const title = newWord()
    await door.createBook(shop.admin, { title, author: 'A', priceCents: 100, isbn: isbn13 })

    for (const isbn of [isbn13, isbn10, isbn10.replaceAll('-', ' ')]) {
      await expect(
        door.createBook(shop.admin, { title, author: 'B', priceCents: 100, isbn }),
      ).rejects.toMatchObject({ reason: 'BOOK_ISBN_CONFLICT', status: 409, field: 'isbn' })
    }
    expect((await door.listBooks(shop.admin, { query: title })).items).toHaveLength(1)
  })

  const sound = { title: 'T', author: 'A', priceCents: 100 }
  test.each([
    ['title', { ...sound, title: ' ' }],
    ['title', { ...sound, title: 'x'.repeat(301) }],
    ['title', { ...sound, title: 'two\nlines' }],
    ['author', { ...sound, author: 7 }],
    ['author', { title: 'T', priceCents: 100 }],
    ['priceCents', { title: 'T', author: 'A' }],
    ['priceCents', { ...sound, priceCents: 0 }],
    ['priceCents', { ...sound, priceCents: -100 }],
    ['priceCents', { ...sound, priceCents: 100_000_01 }],
    ['priceCents', { ...sound, priceCents: '1999' }],
    ['priceCents', { ...sound, priceCents: null }],
    ['isbn', { ...sound, isbn: '978-0-441-01359-4' }],
    ['stockQuantity', { ...sound, stockQuantity: -1 }],
    ['stockQuantity', { ...sound, stockQuantity: 1_000_001 }],
    ['stockQuantity', { ...sound, stockQuantity: 0.5 }],
    ['publisher', { ...sound, publisher: 'P' }],
  ])('refuses a book with a wrong %s by that name: %j', async (field, book) => {
    const before = await door.listBooks(shop.admin, { limit: 100 })

    await expect(door.createBook(shop.admin, book as never)).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      status: door.invalidStatus,
      field: door.field(field),
      paths: [door.field(field)],
    })
    expect(await door.listBooks(shop.admin, { limit: 100 })).toEqual(before)
  })

  test('is added to by admins only', async () => {
    const book = { title: newWord(), author: 'A', priceCents: 100 }

    await expect(door.createBook(await shop.signUp(), book)).rejects.toMatchObject({
      reason: 'AUTH_FORBIDDEN',
    })
    await expect(door.createBook(shop.stranger(), book)).rejects.toMatchObject({ reason: 'AUTH_REQUIRED' })
    expect((await door.listBooks(shop.admin, { query: book.title })).items).toEqual([])
  })

  test('says so when there is no such book', async () => {
    await expect(door.getBook(shop.stranger(), 987_654_321)).rejects.toMatchObject({
      reason: 'BOOK_NOT_FOUND',
      status: 404,
    })
  })
})

describe.each(apiClients)('searching the catalogue through $name', (door) => {
  test('finds words of title and author and the ISBN, whatever case and accents', async () => {
    const [word, { isbn13 }] = [newWord(), newIsbn()]
    const book = await shop.addBook(0, { title: `Ñandú ${word}`, author: 'Straße Æsop', isbn: isbn13 })
    await shop.addBook(0, { title: 'Something else' })

    for (const query of [word, `  ${word.toUpperCase()}  nandu `, `STRASSE ${word}`, `${word} ñ`, isbn13]) {
      expect((await door.listBooks(shop.stranger(), { query })).items).toEqual([book])
    }
    expect((await door.listBooks(shop.stranger(), { query: `${word} nothing` })).items).toEqual([])
  })

  test('takes every character for itself: % and _ are no wildcards', async () => {
    const word = newWord()
    const book = await shop.addBook(0, { title: `${word} 100% pure_\\` })
    await shop.addBook(0, { title: `${word} 1000 pure` })

    for (const query of [`${word} 100%`, `${word} pure_`, `${word} e_\\`]) {
      expect((await door.listBooks(shop.stranger(), { query })).items).toEqual([book])
    }
    for (const query of [`${word}'`, `${word}"`, `${word};--`]) {
      expect((await door.listBooks(shop.stranger(), { query })).items).toEqual([])
    }
  })

  test('shows what is in stock, what is not, or both', async () => {
    const query = newWord()
    const gone = await shop.addBook(0, { title: `${query} a` })
    const here = await shop.addBook(2, { title: `${query} b` })

    expect((await door.listBooks(shop.stranger(), { query })).items).toEqual([gone, here])
    expect((await door.listBooks(shop.stranger(), { query, inStock: true })).items).toEqual([here])
    expect((await door.listBooks(shop.stranger(), { query, inStock: false })).items).toEqual([gone])
  })

  test('comes in pages in the order of titles, without gap or repetition', async () => {
    const query = newWord()
    const titles = ['Alpha', 'beta', 'Élan', 'fox', 'fox', 'Ω'].map((title) => `${title} ${query}`)
    for (const title of titles.toReversed()) await shop.addBook(0, { title, author: 'A' })

    const pages = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await door.listBooks(shop.stranger(), {
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
  ])('refuses a wrong %s by that name', async (field, filter) => {
    await expect(door.listBooks(shop.stranger(), filter as never)).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      status: door.invalidStatus,
      field: door.field(field),
    })
  })
})
