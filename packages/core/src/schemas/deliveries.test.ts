import { expect, test } from 'vitest'
import { DeliveryListInput, DeliveryRedriveInput } from './deliveries.ts'

test.each([
  { deliveryId: 1 },
  { state: 'failed' },
  { state: 'held', bookId: 3 },
  { state: 'held', cursor: 'x' },
  { state: 'held', cursor: null },
])('redrive accepts %j', (input) => {
  expect(DeliveryRedriveInput.parse(input)).toEqual(input)
})

test.each([
  {},
  { bookId: 3 },
  { state: 'sent' },
  { state: 'skipped' },
  { state: 'pending' },
  { deliveryId: 0 },
  { deliveryId: 1, state: 'failed' },
  { deliveryId: 1, bookId: 3 },
  { state: 'failed', cursor: '' },
])('redrive rejects %j', (input) => {
  expect(DeliveryRedriveInput.safeParse(input).success).toBe(false)
})

test('the list filters by existing states only', () => {
  expect(DeliveryListInput.safeParse({ state: 'failed', bookId: 3 }).success).toBe(true)
  expect(DeliveryListInput.safeParse({ state: 'lost' }).success).toBe(false)
})
