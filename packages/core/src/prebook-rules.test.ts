import { describe, expect, test } from 'vitest'
import { assertOutOfStock, cancellation } from './prebook-rules.ts'

describe('assertOutOfStock', () => {
  test('accepts a book without stock', () => {
    expect(() => assertOutOfStock(0)).not.toThrow()
  })

  test.each([1, 2, 1_000_000])('rejects a book with %i copies in stock and names the field', (quantity) => {
    expect(() => assertOutOfStock(quantity)).toThrow(
      expect.objectContaining({ name: 'PrebookError', reason: 'PREBOOK_BOOK_IN_STOCK', field: 'bookId' }),
    )
  })
})

describe('cancellation', () => {
  test('records that a waiting prebook was waiting', () => {
    const facts = { cancelledAt: null, cancelledFrom: null, waitlistNotifiedAt: null }
    expect(cancellation(facts)).toEqual({ cancelledFrom: 'waiting' })
  })

  test.each([0, 70])('records that a prebook notified at %i was notified', (waitlistNotifiedAt) => {
    const facts = { cancelledAt: null, cancelledFrom: null, waitlistNotifiedAt }
    expect(cancellation(facts)).toEqual({ cancelledFrom: 'notified' })
  })

  test.each([
    { cancelledAt: 50, cancelledFrom: 'waiting', waitlistNotifiedAt: null },
    { cancelledAt: 50, cancelledFrom: 'waiting', waitlistNotifiedAt: 70 },
    { cancelledAt: 90, cancelledFrom: 'notified', waitlistNotifiedAt: 70 },
    { cancelledAt: 0, cancelledFrom: 'waiting', waitlistNotifiedAt: null },
  ] as const)('is rejected the second time: $cancelledAt, $cancelledFrom, $waitlistNotifiedAt', (facts) => {
    expect(() => cancellation(facts)).toThrow(
      expect.objectContaining({ name: 'PrebookError', reason: 'PREBOOK_ALREADY_CANCELLED' }),
    )
  })
})
