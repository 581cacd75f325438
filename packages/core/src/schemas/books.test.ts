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

/** A field with values that it takes, as they come out, and values that it refuses. Creating and updating agree on them. */
const fields: { field: string; takes: [unknown, unknown][]; refuses: unknown[] }[] = [
  {
    field: 'title',
    takes: [
      ['x', 'x'],
      [' Cafe\u0301 ', 'Caf\u00e9'],
      ['x'.repeat(300), 'x'.repeat(300)],
    ],
    refuses: ['', ' ', 'x'.repeat(301), 'a\nb', 'a\u0007b', 'a\ud800', 1, null],
  },
  {
    field: 'author',
    takes: [
      [' Ursula K. Le Guin', 'Ursula K. Le Guin'],
      ['x'.repeat(200), 'x'.repeat(200)],
    ],
    refuses: ['', '\t', 'x'.repeat(201), 'a\nb', '\udc00', null],
  },
  {
    field: 'priceCents',
    takes: [
      [1, 1],
      [10_000_000, 10_000_000],
    ],
    refuses: [0, -1, 19.99, 10_000_001, '1999', NaN, Infinity, null],
  },
  {
    field: 'isbn',
    takes: [
      ['0-441-01359-7', '9780441013593'],
      [null, null],
    ],
    refuses: ['', '9780441013594', 'none', 9_780_441_013_593],
  },
  {
    field: 'description',
    takes: [
      [' Two\nlines ', 'Two\nlines'],
      ['x'.repeat(5_000), 'x'.repeat(5_000)],
      [null, null],
    ],
    refuses: ['', 'x'.repeat(5_001), 'a\u0000b', 'a\ud800', 1],
  },
]

describe.each(fields)('$field', ({ field, takes, refuses }) => {
  test.each(takes)('takes %j as %j', (value, stored) => {
    expect(BookCreateInput.parse({ ...dune, [field]: value })).toMatchObject({ [field]: stored })
    expect(BookUpdateInput.parse({ bookId: 1, [field]: value })).toEqual({ bookId: 1, [field]: stored })
  })

  test.each(refuses.map((value) => [value]))('refuses %j', (value) => {
    expect(BookCreateInput.safeParse({ ...dune, [field]: value }).success).toBe(false)
    expect(BookUpdateInput.safeParse({ bookId: 1, [field]: value }).success).toBe(false)
  })
})

describe('a new book', () => {
  test('has no stock unless told', () => {
    expect(BookCreateInput.parse(dune)).toEqual({ ...dune, stockQuantity: 0 })
  })

  test.each([0, 1, 1_000_000])('may come with %d in stock', (stockQuantity) => {
    expect(BookCreateInput.parse({ ...dune, stockQuantity })).toMatchObject({ stockQuantity })
  })

  test.each([-1, 0.5, 1_000_001, '1', null])('may not come with %s in stock', (stockQuantity) => {
    expect(BookCreateInput.safeParse({ ...dune, stockQuantity }).success).toBe(false)
  })

  test('is refused with one issue for each field at fault, and where it is', () => {
    const { error } = BookCreateInput.safeParse({ title: '', author: 'x', priceCents: 0, isbn: 'x' })
    expect(error?.issues.map((issue) => issue.path)).toEqual([['title'], ['priceCents'], ['isbn']])
  })
})

describe('a change of a book', () => {
  test.each([{}, { title: undefined }, { isbn: undefined, description: undefined }])(
    'that names no field is refused: %o',
    (fieldsNamed) => {
      const { error } = BookUpdateInput.safeParse({ bookId: 1, ...fieldsNamed })
      expect(error?.issues).toEqual([
        expect.objectContaining({ message: expect.stringContaining('at least one') }),
      ])
    },
  )

  test('may clear what may be absent', () => {
    const change = { bookId: 1, isbn: null, description: null }
    expect(BookUpdateInput.parse(change)).toEqual(change)
  })

  test('cannot touch stock', () => {
    expect(BookUpdateInput.safeParse({ bookId: 1, title: 'Dune', stockQuantity: 5 }).success).toBe(false)
  })
})

describe('naming one book', () => {
  test('goes by its id or by its ISBN in any spelling', () => {
    expect(BookGetInput.parse({ bookId: 7 })).toEqual({ bookId: 7 })
    expect(BookGetInput.parse({ isbn: '0-441-01359-7' })).toEqual({ isbn: '9780441013593' })
  })

  test.each([{}, { bookId: 7, isbn: '9780441013593' }, { bookId: '7' }, { isbn: 'x' }, { isbn: null }])(
    'refuses %j, and says what to give',
    (input) => {
      const { error } = BookGetInput.safeParse(input)
      expect(error?.issues.length).toBeGreaterThan(0)
    },
  )
})

describe('the filters of the catalogue', () => {
  test.each([
    { query: ' dune ' },
    { query: '' },
    { inStock: true },
    { inStock: false },
    { query: 'x'.repeat(200) },
  ])('take %j', (filter) => {
    expect(BookListInput.safeParse(filter).success).toBe(true)
  })

  test.each([
    { query: 'x'.repeat(201) },
    { query: '\u0000' },
    { query: null },
    { inStock: 'true' },
    { inStock: 1 },
  ])('refuse %j', (filter) => {
    expect(BookListInput.safeParse(filter).success).toBe(false)
  })
})

describe('an import', () => {
  const row = { ...dune, isbn: '0-441-01359-7' }

  test.each([1, limits.importRows.max])('holds %d rows, as they came: each is judged on its own', (count) => {
    expect(limits.importRows.max).toBe(100)
    const rows = Array.from({ length: count }, () => ({ title: 7 }))
    expect(BookImportInput.parse({ rows })).toEqual({ rows, dryRun: false })
  })

  test.each([0, limits.importRows.max + 1])('does not hold %d rows', (count) => {
    const rows = Array.from({ length: count }, () => row)
    expect(BookImportInput.safeParse({ rows }).success).toBe(false)
  })

  test.each(['true', 1, null])('is a dry run or is not: %j', (dryRun) => {
    expect(BookImportInput.safeParse({ rows: [row], dryRun }).success).toBe(false)
    expect(BookImportInput.parse({ rows: [row], dryRun: true })).toMatchObject({ dryRun: true })
  })

  test('takes a row as a new book is taken, but with an ISBN', () => {
    expect(BookImportRow.parse(row)).toEqual({ ...dune, isbn: '9780441013593', stockQuantity: 0 })
    for (const isbn of [undefined, null, '9780441013594']) {
      expect(BookImportRow.safeParse({ ...dune, isbn }).success).toBe(false)
    }
    expect(BookImportRow.safeParse({ ...row, stockQuantity: -1 }).success).toBe(false)
    expect(BookImportRow.safeParse({ ...row, bookId: 1 }).success).toBe(false)
  })
})
