import { describe, expect, test } from 'vitest'
import { limits } from '../limits.ts'
import { StockAdjustInput, StockPreviewInput, StockQuantity, StockSetInput } from './stock.ts'

describe('a quantity', () => {
  test.each([0, 1, limits.stock.max])('accepts %d', (quantity) => {
    expect(StockQuantity.parse(quantity)).toBe(quantity)
  })

  test.each([
    [-1, 'Must be at least 0.'],
    [1.5, 'Must be a whole number.'],
    ['5', 'Must be a whole number.'],
    [NaN, 'Must be a whole number.'],
    [limits.stock.max + 1, 'Must be at most 1,000,000.'],
  ])('rejects %j: %s', (quantity, message) => {
    expect(StockQuantity.safeParse(quantity).error?.issues).toEqual([expect.objectContaining({ message })])
  })
})

describe('a difference', () => {
  test.each([-limits.stock.max, -1, 0, 1, limits.stock.max])('accepts %d', (delta) => {
    expect(StockAdjustInput.parse({ bookId: 1, delta })).toEqual({ bookId: 1, delta })
  })

  test.each([
    [-limits.stock.max - 1, 'Must be at least -1,000,000.'],
    [limits.stock.max + 1, 'Must be at most 1,000,000.'],
    [0.5, 'Must be a whole number.'],
    ['+1', 'Must be a whole number.'],
  ])('rejects %j: %s', (delta, message) => {
    expect(StockAdjustInput.safeParse({ bookId: 1, delta }).error?.issues).toEqual([
      expect.objectContaining({ message, path: ['delta'] }),
    ])
  })
})

describe.each([
  { name: 'stock.set', schema: StockSetInput, minimum: { bookId: 1, quantity: 5 } },
  { name: 'stock.adjust', schema: StockAdjustInput, minimum: { bookId: 1, delta: 5 } },
])('$name', ({ schema, minimum }) => {
  test.each([0, 7, limits.stock.max])('accepts the expected quantity %d', (expectedQuantity) => {
    expect(schema.parse({ ...minimum, expectedQuantity })).toMatchObject({ expectedQuantity })
  })

  test.each([-1, 1.5, limits.stock.max + 1, '1', null])(
    'rejects the expected quantity %s',
    (expectedQuantity) => {
      expect(schema.safeParse({ ...minimum, expectedQuantity }).success).toBe(false)
    },
  )

  test.each([null, undefined, ' Delivery 4711 ', 'x'.repeat(500)])('accepts the note %j', (note) => {
    expect(schema.parse({ ...minimum, note }).note).toBe(note?.trim() ?? note)
  })

  test.each(['', ' ', 'x'.repeat(501), 'a\u0000', 1])('rejects the note %j', (note) => {
    expect(schema.safeParse({ ...minimum, note }).success).toBe(false)
  })

  test.each(['k', '!~', 'x'.repeat(200), '0b5c1c9e-1b1a-4a53-9f6e-0d5a5a2c7f3e'])(
    'accepts the idempotency key %j',
    (idempotencyKey) => {
      expect(schema.parse({ ...minimum, idempotencyKey })).toMatchObject({ idempotencyKey })
    },
  )

  test.each(['', ' ', 'a b', 'a\n', 'ä', 'x'.repeat(201), null, 1])(
    'rejects the idempotency key %j',
    (idempotencyKey) => {
      expect(schema.safeParse({ ...minimum, idempotencyKey }).success).toBe(false)
    },
  )
})

describe('stock.preview', () => {
  test.each([
    { bookId: 1, quantity: 5 },
    { bookId: 1, delta: -5 },
  ])('accepts %j', (input) => {
    expect(StockPreviewInput.parse(input)).toEqual(input)
  })

  test.each([
    { bookId: 1, quantity: 5, delta: 5 },
    { bookId: 1, quantity: -1 },
    { bookId: 1, delta: 0.5 },
    { bookId: 1, quantity: 5, note: 'x' },
  ])('rejects %j', (input) => {
    expect(StockPreviewInput.safeParse(input).success).toBe(false)
  })
})
