import { expect, test } from 'vitest'
import { restWord, snakeCase, toSnake } from './names.ts'

test.each([
  ['id', 'id'],
  ['bookId', 'book_id'],
  ['stockQuantity', 'stock_quantity'],
  ['nextCursor', 'next_cursor'],
  ['priceCents', 'price'],
  ['inStock', 'in_stock'],
])('%s is %s in REST', (name, rest) => {
  expect(snakeCase(name)).toBe(rest)
})

test.each([
  ['joinedLately', 'joined_lately'],
  ['waiting', 'waiting'],
  ['sold-out', 'sold-out'],
  ['BOOK_NOT_FOUND', 'BOOK_NOT_FOUND'],
  ['deliveries.liftSuppression', 'deliveries.liftSuppression'],
])('the fixed word %s is %s in REST', (word, rest) => {
  expect(restWord(word)).toBe(rest)
})

test('renames keys at every depth and changes nothing else', () => {
  const answer = {
    items: [
      { bookId: 1, isbn: null, inStock: false, deepList: [[{ innerName: 'camelCase stays in values' }]] },
    ],
    nextCursor: null,
  }

  expect(toSnake(answer, 'EUR')).toStrictEqual({
    items: [
      { book_id: 1, isbn: null, in_stock: false, deep_list: [[{ inner_name: 'camelCase stays in values' }]] },
    ],
    next_cursor: null,
  })
})

test.each([null, 0, '', 'priceCents', true, []])('%j is unchanged', (value) => {
  expect(toSnake(value, 'EUR')).toStrictEqual(value)
})
