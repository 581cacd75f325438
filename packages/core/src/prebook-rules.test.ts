import { describe, expect, test } from 'vitest'
import { assertOutOfStock, cancellation } from './prebook-rules.ts'

describe('assertOutOfStock', () => {
  test('lets a book without stock be pre-booked', () => {
    expect(() => assertOutOfStock(0)).not.toThrow()
  })

  test.each([1, 2, 1_000_000])('refuses a book with %i in stock, and names the field', (quantity) => {
    expect(() => assertOutOfStock(quantity)).toThrow(
      expect.objectContaining({ name: 'PrebookError', reason: 'PREBOOK_BOOK_IN_STOCK', field: 'bookId' }),
    )
  })
})

describe('cancellation', () => {
  test('of a waiting prebook records that it was waiting', () => {
    const facts = { cancelledAt: null, cancelledFrom: null, waitlistNotifiedAt: null }
    expect(cancellation(facts)).toEqual({ cancelledFrom: 'waiting' })
  })

  test.each([0, 70])('of a prebook notified at %i records that it was notified', (waitlistNotifiedAt) => {
    const facts = { cancelledAt: null, cancelledFrom: null, waitlistNotifiedAt }
    expect(cancellation(facts)).toEqual({ cancelledFrom: 'notified' })
  })

  test.each([
    { cancelledAt: 50, cancelledFrom: 'waiting', waitlistNotifiedAt: null },
    { cancelledAt: 50, cancelledFrom: 'waiting', waitlistNotifiedAt: 70 },
    { cancelledAt: 90, cancelledFrom: 'notified', waitlistNotifiedAt: 70 },
    { cancelledAt: 0, cancelledFrom: 'waiting', waitlistNotifiedAt: null },
  ] as const)('a second time is refused: $cancelledAt, $cancelledFrom, $waitlistNotifiedAt', (facts) => {
    expect(() => cancellation(facts)).toThrow(
      expect.objectContaining({ name: 'PrebookError', reason: 'PREBOOK_ALREADY_CANCELLED' }),
    )
  })
})
