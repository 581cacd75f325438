import { expect, test } from 'vitest'
import { cursorText, readCursorText, readSearchCursorText, searchCursorText } from './cursor.ts'
import { searchRanks } from './search-query.ts'

test('a cursor says after which id its list continues', () => {
  expect(readCursorText('books', cursorText('books', 42))).toBe(42)
})

test.each(['', 'books', 'books:', 'books:0', 'books:1.5', 'users:1', 'books:12345678901234567'])(
  'refuses %j as a cursor of books',
  (text) => expect(() => readCursorText('books', text)).toThrow('Must be the cursor'),
)

const dune = { query: 'dune', inStock: true }

test('a cursor of a search says after which position it continues, and whether its words are corrected', () => {
  for (const rank of searchRanks) {
    for (const flag of [true, false]) {
      const cursor = { rank, isWanted: flag, isCorrected: !flag, id: 42 }
      expect(readSearchCursorText(searchCursorText(cursor, dune), dune)).toEqual(cursor)
    }
  }
})

test.each([
  '',
  'books:1',
  'found:title:wanted:typed:0',
  'found:best:wanted:typed:1',
  'found:rest:wanted:1',
  'found:rest:wanted:typed:1',
])('refuses %j as a cursor of a search', (text) =>
  expect(() => readSearchCursorText(text, dune)).toThrow('Must be the cursor'),
)

test.each([{ query: 'dun', inStock: true }, { query: 'dune', inStock: false }, { query: 'dune' }])(
  'refuses the cursor of another search for %j',
  (search) => {
    const text = searchCursorText({ rank: 'rest', isWanted: true, isCorrected: false, id: 1 }, dune)
    expect(() => readSearchCursorText(text, search)).toThrow('Must be the cursor')
  },
)
