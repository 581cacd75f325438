import { describe, expect, test } from 'vitest'
import { limits } from '../limits.ts'
import { StockAdjustInput, StockPreviewInput, StockQuantity, StockSetInput } from './stock.ts'

describe('a quantity', () => {
  test.each([0, 1, limits.stock.max])('may be %d', (quantity) => {
    expect(StockQuantity.parse(quantity)).toBe(quantity)
  })

  test.each([
    [-1, 'Must be 0 or more.'],
    [1.5, 'Must be a whole number.'],
    ['5', 'Must be a whole number.'],
    [NaN, 'Must be a whole number.'],
    [limits.stock.max + 1, 'Must be at most 1000000.'],
  ])('may not be %j: %s', (quantity, message) => {
    expect(StockQuantity.safeParse(quantity).error?.issues).toEqual([expect.objectContaining({ message })])
  })
})

describe('a difference', () => {
  test.each([-limits.stock.max, -1, 0, 1, limits.stock.max])('may be %d', (delta) => {
    expect(StockAdjustInput.parse({ bookId: 1, delta })).toEqual({ bookId: 1, delta })
  })

  test.each([
    [-limits.stock.max - 1, 'Must be at least -1000000.'],
    [limits.stock.max + 1, 'Must be at most 1000000.'],
    [0.5, 'Must be a whole number.'],
    ['+1', 'Must be a whole number.'],
  ])('may not be %j: %s', (delta, message) => {
    expect(StockAdjustInput.safeParse({ bookId: 1, delta }).error?.issues).toEqual([
      expect.objectContaining({ message, path: ['delta'] }),
    ])
  })
})

describe.each([
  { name: 'stock.set', schema: StockSetInput, least: { bookId: 1, quantity: 5 } },
  { name: 'stock.adjust', schema: StockAdjustInput, least: { bookId: 1, delta: 5 } },
])('$name', ({ schema, least }) => {
  test.each([0, 7, limits.stock.max])('may expect %d', (expectedQuantity) => {
    expect(schema.parse({ ...least, expectedQuantity })).toMatchObject({ expectedQuantity })
  })

  test.each([-1, 1.5, limits.stock.max + 1, '1', null])('may not expect %s', (expectedQuantity) => {
    expect(schema.safeParse({ ...least, expectedQuantity }).success).toBe(false)
  })

  test.each([null, undefined, ' Delivery 4711 ', 'x'.repeat(500)])('may bear the note %j', (note) => {
    expect(schema.parse({ ...least, note }).note).toBe(note?.trim() ?? note)
  })

  test.each(['', ' ', 'x'.repeat(501), 'a\nb', 'a\u0000', 1])('may not bear the note %j', (note) => {
    expect(schema.safeParse({ ...least, note }).success).toBe(false)
  })

  test.each(['k', '!~', 'x'.repeat(200), '0b5c1c9e-1b1a-4a53-9f6e-0d5a5a2c7f3e'])(
    'may go under the idempotency key %j',
    (idempotencyKey) => {
      expect(schema.parse({ ...least, idempotencyKey })).toMatchObject({ idempotencyKey })
    },
  )

  test.each(['', ' ', 'a b', 'a\n', 'ä', 'x'.repeat(201), null, 1])(
    'may not go under the idempotency key %j',
    (idempotencyKey) => {
      expect(schema.safeParse({ ...least, idempotencyKey }).success).toBe(false)
    },
  )
})

describe('stock.preview', () => {
  test.each([
    { bookId: 1, quantity: 5 },
    { bookId: 1, delta: -5 },
  ])('takes %j', (input) => {
    expect(StockPreviewInput.parse(input)).toEqual(input)
  })

  test.each([
    { bookId: 1, quantity: 5, delta: 5 },
    { bookId: 1, quantity: -1 },
    { bookId: 1, delta: 0.5 },
    { bookId: 1, quantity: 5, note: 'x' },
  ])('refuses %j', (input) => {
    expect(StockPreviewInput.safeParse(input).success).toBe(false)
  })
})
