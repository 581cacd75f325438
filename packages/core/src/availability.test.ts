import { expect, test } from 'vitest'
import { availabilityOf } from './availability.ts'
import { assertCanBePrebooked } from './prebook-rules.ts'

const books = [
  [0, null, 'sold-out'],
  [1, null, 'in-stock'],
  [0, 5, 'withdrawn'],
  [0, 0, 'withdrawn'],
  [3, 5, 'in-stock'],
] as const

test.each(books)('a book with %i copies, withdrawn at %s, is %s', (stockQuantity, withdrawnAt, state) => {
  expect(availabilityOf({ stockQuantity, withdrawnAt })).toBe(state)
})

test('only what is shown as sold out can be pre-booked', () => {
  const canBePrebooked = (stockQuantity: number, withdrawnAt: number | null) => {
    try {
      assertCanBePrebooked({ stockQuantity, withdrawnAt })
      return true
    } catch {
      return false
    }
  }
  for (const [stock, withdrawnAt, state] of books)
    expect(canBePrebooked(stock, withdrawnAt)).toBe(state === 'sold-out')
})

test('an ISBN without a book is unknown', () => {
  expect(availabilityOf(undefined)).toBe('unknown')
})
