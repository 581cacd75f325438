import { searchText } from '@prebook/core'
import { describe, expect, test } from 'vitest'
import type { NewBookRow } from '../database.ts'
import { UniqueViolation, type Store } from '../store.ts'
import { engines } from '../testing/index.ts'
import { idsOfPages } from '../testing/page-ids.ts'
import {
  findBook,
  findBookByIsbn,
  findBookIdByIsbn,
  findBooksByIsbn,
  insertBook,
  insertBooks,
  listBooks,
  moveStock,
  updateBook,
} from './books.ts'

const available = { withdrawn_at: null, successor_id: null, expected_on: null, expected_until: null }

function book(title: string, fields: Partial<NewBookRow> = {}): NewBookRow {
  const row = {
    title,
    author: 'Anon',
    isbn: null,
    price_cents: 1_000,
    description: null,
    stock_quantity: 0,
    created_at: 1,
    updated_at: 1,
    ...fields,
  }
  return { ...row, search_text: searchText(row) }
}

async function addBooks(store: Store, books: NewBookRow[]): Promise<number[]> {
  return store.write(async (tx) => {
    const ids: number[] = []
    for (const row of books) ids.push((await insertBook(tx, row))?.id ?? 0)
    return ids
  })
}

const noFilter = { inStock: undefined, afterId: null, limit: 1_000 }

async function titles(store: Store, filter: Partial<Parameters<typeof listBooks>[1]>): Promise<string[]> {
  const rows = await store.read((reader) => listBooks(reader, { ...noFilter, ...filter }))
  return rows.map((row) => row.title)
}

describe.each(engines)('the catalogue on $name', (engine) => {
  test('is sorted by title, ignoring case, accents and articles', async () => {
    await using database = await engine.create()
    await addBooks(
      database.store,
      ['zoo', 'Écume', 'apple', 'The Ebb', 'Война', '1984', 'Æon', 'eclipse'].map((it) => book(it)),
    )
    expect(await titles(database.store, {})).toEqual([
      '1984',
      'Æon',
      'apple',
      'The Ebb',
      'eclipse',
      'Écume',
      'zoo',
      'Война',
    ])
  })

  test('is sorted by UTF-8 bytes on every engine', async () => {
    await using database = await engine.create()
    // In UTF-16, which JavaScript compares, the order is reversed.
    await addBooks(database.store, [book('\u{1f4d6}'), book('\uffee')])
    expect(await titles(database.store, {})).toEqual(['\uffee', '\u{1f4d6}'])
  })

  test('sorts books with the same title and author by id', async () => {
    await using database = await engine.create()
    const ids = await addBooks(
      database.store,
      Array.from({ length: 5 }, () => book('Dune')),
    )
    const rows = await database.store.read((reader) => listBooks(reader, noFilter))
    expect(rows.map((row) => row.id)).toEqual(ids)
  })

  test.each([
    [undefined, ['full', 'last', 'out']],
    [true, ['full', 'last']],
    [false, ['out']],
  ])('filtered by inStock %s', async (inStock, found) => {
    await using database = await engine.create()
    await addBooks(database.store, [
      book('out'),
      book('last', { stock_quantity: 1 }),
      book('full', { stock_quantity: 90 }),
    ])
    expect(await titles(database.store, { inStock })).toEqual(found)
  })

  test.each([1, 2, 3, 7, 100])('comes in pages of %i without gaps or repeats', async (limit) => {
    await using database = await engine.create()
    const { store } = database
    const names = ['Dune', 'Emma', 'Dune', 'Äther', 'Zoo', 'dune', 'Emma', 'x'].flatMap((it) => [it, it, it])
    await addBooks(
      store,
      names.map((name, index) => book(name, { stock_quantity: index % 2 })),
    )
    for (const filter of [{}, { inStock: true }, { inStock: false }]) {
      const whole = await store.read((reader) => listBooks(reader, { ...noFilter, ...filter }))
      const seen = await idsOfPages(async (afterId) => {
        const page = await store.read((reader) =>
          listBooks(reader, { ...noFilter, ...filter, afterId, limit }),
        )
        expect(page.length).toBeLessThanOrEqual(limit)
        return page
      })
      expect(seen).toEqual(whole.map((row) => row.id))
      expect(seen.length).toBeGreaterThan(5)
    }
  })
})

describe.each(engines)('a book on $name', (engine) => {
  test('that does not exist has no books after it', async () => {
    await using database = await engine.create()
    await addBooks(database.store, [book('Solaris')])
    expect(await titles(database.store, { afterId: 987_654 })).toEqual([])
  })

  test('is found by id and by ISBN', async () => {
    await using database = await engine.create()
    const { store } = database
    const [id] = await addBooks(store, [book('Dune', { isbn: '9780441013593', description: 'Sand.' })])
    const row = { ...book('Dune', { isbn: '9780441013593', description: 'Sand.' }), ...available, id }
    expect(await store.read((reader) => findBook(reader, id ?? 0))).toEqual(row)
    expect(await store.read((reader) => findBookByIsbn(reader, '9780441013593'))).toEqual(row)
    expect(await store.read((reader) => findBookIdByIsbn(reader, '9780441013593'))).toBe(id)
    expect(await store.read((reader) => findBookIdByIsbn(reader, '9780804429573'))).toBeUndefined()
    expect(await store.read((reader) => findBook(reader, 999))).toBeUndefined()
    expect(await store.read((reader) => findBookByIsbn(reader, '9780804429573'))).toBeUndefined()
  })

  test('with the ISBN of another book is not added, and the transaction continues', async () => {
    await using database = await engine.create()
    const { store } = database
    const isbn = '9780441013593'
    const added = await store.write(async (tx) => [
      await insertBook(tx, book('Dune', { isbn })),
      await insertBook(tx, book('Other', { isbn })),
      await insertBook(tx, book('No ISBN')),
      await insertBook(tx, book('No ISBN either')),
    ])
    expect(added.map((row) => row?.title)).toEqual(['Dune', undefined, 'No ISBN', 'No ISBN either'])
    expect(await titles(store, {})).toHaveLength(3)
  })

  test('is added with many others, in their order, unless another has its ISBN', async () => {
    await using database = await engine.create()
    const { store } = database
    const isbnOf = (index: number) => String(9_780_000_000_000 + index)
    await addBooks(store, [book('Known', { isbn: isbnOf(70) })])
    // Every size of statement, and more than one of the largest.
    const rows = Array.from({ length: 2 * 64 + 16 + 2 * 4 + 3 }, (_, index) => ({
      ...book(`Book ${index}`, { stock_quantity: index }),
      isbn: isbnOf(index),
      description: index % 2 === 0 ? null : `About ${index}`,
    }))
    const added = await store.write((tx) => insertBooks(tx, rows))
    const expected = rows.filter((_, index) => index !== 70)
    expect(new Set(added.map(({ isbn }) => isbn))).toEqual(new Set(expected.map(({ isbn }) => isbn)))
    expect(added).toHaveLength(expected.length)
    const known = await store.read((reader) =>
      findBooksByIsbn(
        reader,
        rows.map(({ isbn }) => isbn),
      ),
    )
    expect(known.get(isbnOf(70))).toMatchObject({ title: 'Known' })
    const ids = new Map(added.map(({ id, isbn }) => [isbn, id]))
    for (const row of expected)
      expect(known.get(row.isbn)).toEqual({ ...row, ...available, id: ids.get(row.isbn) })
    const inOrder = expected.map(({ isbn }) => ids.get(isbn) ?? 0)
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b))
    expect(await store.read((reader) => findBooksByIsbn(reader, []))).toEqual(new Map())
    expect(await store.write((tx) => insertBooks(tx, []))).toEqual([])
  })

  test('is updated without changing its stock or creation time', async () => {
    await using database = await engine.create()
    const { store } = database
    const [id, other] = await addBooks(store, [book('Dnue', { stock_quantity: 4 }), book('Other')])
    const {
      stock_quantity: _,
      created_at: __,
      ...fields
    } = book('Dune', { isbn: '9780441013593', updated_at: 8 })
    const changed = await store.write((tx) => updateBook(tx, id ?? 0, fields))
    expect(changed).toMatchObject({ ...fields, id, stock_quantity: 4, created_at: 1 })
    expect(await store.read((reader) => findBook(reader, other ?? 0))).toMatchObject(book('Other'))
  })

  test('cannot be updated to the ISBN of another book', async () => {
    await using database = await engine.create()
    const { store } = database
    const [, other] = await addBooks(store, [book('Dune', { isbn: '9780441013593' }), book('Other')])
    const { stock_quantity: _, created_at: __, ...fields } = book('Other', { isbn: '9780441013593' })
    await expect(store.write((tx) => updateBook(tx, other ?? 0, fields))).rejects.toThrow(UniqueViolation)
  })

  test('changes its stock only from the expected quantity', async () => {
    await using database = await engine.create()
    const { store } = database
    const [id, other] = await addBooks(store, [book('Dune', { stock_quantity: 2 }), book('Other')])
    const move = { bookId: id ?? 0, before: 2, after: 5, now: 9 }
    expect(await store.write((tx) => moveStock(tx, move))).toMatchObject({ stock_quantity: 5, updated_at: 9 })
    await expect(store.write((tx) => moveStock(tx, { ...move, after: 7 }))).rejects.toThrow('is not 2')
    expect(await store.read((reader) => findBook(reader, id ?? 0))).toMatchObject({ stock_quantity: 5 })
    expect(await store.read((reader) => findBook(reader, other ?? 0))).toMatchObject({ stock_quantity: 0 })
  })
})
