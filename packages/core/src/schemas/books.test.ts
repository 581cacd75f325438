import { describe, expect, test } from 'vitest'
import { limits } from '../limits.ts'
import {
  BookCreateInput,
  BookGetInput,
  BookImportInput,
  BookImportRow,
  BookListInput,
  BookUpdateInput,
} from './books.ts'

const dune = { title: 'Dune', author: 'Frank Herbert', priceCents: 1_999 }

/** Accepted values with their stored form, and rejected values, the same for creating and updating. */
const fields: { field: string; accepts: [unknown, unknown][]; rejects: unknown[] }[] = [
  {
    field: 'title',
    accepts: [
      ['x', 'x'],
      [' Cafe\u0301 ', 'Caf\u00e9'],
      ['a\nb', 'a b'],
      ['x'.repeat(300), 'x'.repeat(300)],
    ],
    rejects: ['', ' ', 'x'.repeat(301), '\u200b', 'a\u0007b', 'a\ud800', 1, null],
  },
  {
    field: 'author',
    accepts: [
      [' Ursula K. Le Guin', 'Ursula K. Le Guin'],
      ['x'.repeat(200), 'x'.repeat(200)],
    ],
    rejects: ['', '\t', 'x'.repeat(201), '\u200b', '\udc00', null],
  },
  {
    field: 'priceCents',
    accepts: [
      [1, 1],
      [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ],
    rejects: [0, -1, 19.99, 2 ** 53, '1999', NaN, Infinity, null],
  },
  {
    field: 'isbn',
    accepts: [
      ['0-441-01359-7', '9780441013593'],
      [null, null],
    ],
    rejects: ['', '9780441013594', 'none', 9_780_441_013_593],
  },
  {
    field: 'description',
    accepts: [
      [' Two\nlines ', 'Two\nlines'],
      ['x'.repeat(5_000), 'x'.repeat(5_000)],
      ['x'.repeat(5_001), `${'x'.repeat(4_999)}…`],
      [null, null],
    ],
    rejects: ['', 'a\u0000b', 'a\ud800', 1],
  },
]

describe.each(fields)('$field', ({ field, accepts, rejects }) => {
  test.each(accepts)('stores %j as %j', (value, stored) => {
    expect(BookCreateInput.parse({ ...dune, [field]: value })).toMatchObject({ [field]: stored })
    expect(BookUpdateInput.parse({ bookId: 1, [field]: value })).toEqual({ bookId: 1, [field]: stored })
  })

  test.each(rejects.map((value) => [value]))('rejects %j', (value) => {
    expect(BookCreateInput.safeParse({ ...dune, [field]: value }).success).toBe(false)
    expect(BookUpdateInput.safeParse({ bookId: 1, [field]: value }).success).toBe(false)
  })
})

describe('a new book', () => {
  test('has no stock by default', () => {
    expect(BookCreateInput.parse(dune)).toEqual({ ...dune, stockQuantity: 0 })
  })

  test.each([0, 1, 1_000_000])('accepts an initial stock of %d', (stockQuantity) => {
    expect(BookCreateInput.parse({ ...dune, stockQuantity })).toMatchObject({ stockQuantity })
  })

  test.each([-1, 0.5, 1_000_001, '1', null])('rejects an initial stock of %s', (stockQuantity) => {
    expect(BookCreateInput.safeParse({ ...dune, stockQuantity }).success).toBe(false)
  })

  test('reports one issue with a path for each invalid field', () => {
    const { error } = BookCreateInput.safeParse({ title: '', author: 'x', priceCents: 0, isbn: 'x' })
    expect(error?.issues.map((issue) => issue.path)).toEqual([['title'], ['priceCents'], ['isbn']])
  })
})

describe('a book update', () => {
  test.each([{}, { title: undefined }, { isbn: undefined, description: undefined }])(
    'is rejected without a field: %o',
    (fieldsNamed) => {
      const { error } = BookUpdateInput.safeParse({ bookId: 1, ...fieldsNamed })
      expect(error?.issues).toEqual([
        expect.objectContaining({ message: expect.stringContaining('at least one') }),
      ])
    },
  )

  test('can clear optional fields', () => {
    const change = { bookId: 1, isbn: null, description: null }
    expect(BookUpdateInput.parse(change)).toEqual(change)
  })

  test('cannot change the stock', () => {
    expect(BookUpdateInput.safeParse({ bookId: 1, title: 'Dune', stockQuantity: 5 }).success).toBe(false)
  })
})

describe('getting a book', () => {
  test('accepts an id, or an ISBN with or without hyphens', () => {
    expect(BookGetInput.parse({ bookId: 7 })).toEqual({ bookId: 7 })
    expect(BookGetInput.parse({ isbn: '0-441-01359-7' })).toEqual({ isbn: '9780441013593' })
  })

  test.each([
    [{}, [[]], 'Provide either bookId or isbn.'],
    [{ bookId: 7, isbn: '9780441013593' }, [['isbn']], 'Must be left out if bookId is given.'],
    [{ bookId: '7' }, [['bookId']], 'number'],
    [{ isbn: 'x' }, [['isbn']], 'ISBN-10'],
    [{ isbn: null }, [['isbn']], 'string'],
  ])('rejects %j, and names the field', (input, paths, message) => {
    const { error } = BookGetInput.safeParse(input)
    expect(error?.issues.map(({ path }) => path)).toEqual(paths)
    expect(error?.issues[0]?.message).toContain(message)
  })
})

describe('the filters of the catalogue', () => {
  test.each([
    { query: ' dune ' },
    { query: '' },
    { inStock: true },
    { inStock: false },
    { query: 'x'.repeat(200) },
  ])('accept %j', (filter) => {
    expect(BookListInput.safeParse(filter).success).toBe(true)
  })

  test.each([
    { query: 'x'.repeat(201) },
    { query: '\u0000' },
    { query: null },
    { inStock: 'true' },
    { inStock: 1 },
  ])('reject %j', (filter) => {
    expect(BookListInput.safeParse(filter).success).toBe(false)
  })
})

describe('an import', () => {
  const row = { ...dune, isbn: '0-441-01359-7' }

  test.each([1, limits.importRows.max])('accepts %d rows without validating them yet', (count) => {
    expect(limits.importRows.max).toBe(256)
    const rows = Array.from({ length: count }, () => ({ title: 7 }))
    expect(BookImportInput.parse({ rows })).toEqual({ rows, dryRun: false })
  })

  test.each([0, limits.importRows.max + 1])('rejects %d rows', (count) => {
    const rows = Array.from({ length: count }, () => row)
    expect(BookImportInput.safeParse({ rows }).success).toBe(false)
  })

  test.each(['true', 1, null])('rejects the dryRun value %j', (dryRun) => {
    expect(BookImportInput.safeParse({ rows: [row], dryRun }).success).toBe(false)
    expect(BookImportInput.parse({ rows: [row], dryRun: true })).toMatchObject({ dryRun: true })
  })

  test('accepts a row like a new book, with a required ISBN', () => {
    expect(BookImportRow.parse(row)).toEqual({ ...dune, isbn: '9780441013593' })
    for (const isbn of [undefined, null, '9780441013594']) {
      expect(BookImportRow.safeParse({ ...dune, isbn }).success).toBe(false)
    }
    expect(BookImportRow.safeParse({ ...row, stockQuantity: -1 }).success).toBe(false)
    expect(BookImportRow.safeParse({ ...row, bookId: 1 }).success).toBe(false)
  })
})
