import { describe, expect, test } from 'vitest'
import { compareInOrderList, copiesToOrder, orderCursorText, readOrderCursor } from './order-list.ts'

test.each([
  [1, 3, 1],
  [3, 3, 1],
  [4, 3, 2],
  [6, 3, 2],
  [7, 1, 7],
  [1_000_000, 3, 333_334],
  [1, 1_000, 1],
])('for %d waiting readers, %d to a copy, %d copies', (waiting, readersPerCopy, copies) => {
  expect(copiesToOrder(waiting, readersPerCopy)).toBe(copies)
})

test('most readers come first, then the oldest waitlist', () => {
  const places = [
    { waiting: 2, id: 1 },
    { waiting: 5, id: 9 },
    { waiting: 2, id: 3 },
    { waiting: 5, id: 4 },
  ]
  expect(places.toSorted(compareInOrderList).map(({ id }) => id)).toEqual([4, 9, 1, 3])
})

describe('the cursor', () => {
  test('is read as it was written', () => {
    const place = { waiting: 412, id: 7 }
    expect(readOrderCursor(orderCursorText(place))).toEqual(place)
  })

  test.each([
    '',
    'order',
    'order:1',
    'order:0:1',
    'order:1:0',
    'order:1:2:3',
    'order:-1:2',
    'waiting:7',
    'order:1:1e3',
  ])('is not %j', (text) => {
    expect(() => readOrderCursor(text)).toThrow(
      expect.objectContaining({ reason: 'VALIDATION_ERROR', field: 'cursor' }),
    )
  })
})
