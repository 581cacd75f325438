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

  expect(toSnake(answer)).toStrictEqual({
    items: [
      { book_id: 1, isbn: null, in_stock: false, deep_list: [[{ inner_name: 'camelCase stays in values' }]] },
    ],
    next_cursor: null,
  })
})

test.each([null, 0, '', 'priceCents', true, []])('%j is unchanged', (value) => {
  expect(toSnake(value)).toStrictEqual(value)
})

test('prints every price with its exact cents', () => {
  const maximum = 100_000_00
  const wrong: number[] = []
  for (let cents = 1; cents <= maximum; cents += cents < 200_000 ? 1 : 97) {
    const whole = Math.floor(cents / 100)
    const rest = cents % 100
    const expected = rest === 0 ? `${whole}` : `${whole}.${String(rest).padStart(2, '0').replace(/0$/, '')}`
    if (JSON.stringify(toSnake({ priceCents: cents })) !== `{"price":${expected}}`) wrong.push(cents)
  }
  expect(wrong).toEqual([])
  expect(toSnake({ priceCents: maximum })).toEqual({ price: 100_000 })
})
