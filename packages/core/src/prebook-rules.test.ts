import { describe, expect, test } from 'vitest'
import { assertCanBePrebooked, cancellation } from './prebook-rules.ts'

describe('assertCanBePrebooked', () => {
  test('accepts a book without stock', () => {
    expect(() => assertCanBePrebooked({ stockQuantity: 0, withdrawnAt: null })).not.toThrow()
  })

  test.each([
    [1, null, 'PREBOOK_BOOK_IN_STOCK'],
    [1_000_000, null, 'PREBOOK_BOOK_IN_STOCK'],
    // It can be bought, so its withdrawal is not why.
    [1, 5, 'PREBOOK_BOOK_IN_STOCK'],
    [0, 5, 'PREBOOK_BOOK_WITHDRAWN'],
    [0, 0, 'PREBOOK_BOOK_WITHDRAWN'],
  ] as const)(
    'rejects a book with %i copies, withdrawn at %s, and names the field',
    (stockQuantity, withdrawnAt, reason) => {
      expect(() => assertCanBePrebooked({ stockQuantity, withdrawnAt })).toThrow(
        expect.objectContaining({ name: 'PrebookError', reason, field: 'bookId' }),
      )
    },
  )
})

const none = { cancelledAt: null, cancelledFrom: null, waitlistWithdrawnAt: null, waitlistNotifiedAt: null }

describe('cancellation', () => {
  test('records that a waiting prebook was waiting', () => {
    expect(cancellation(none)).toEqual({ cancelledFrom: 'waiting' })
  })

  test.each([0, 70])('records that a prebook notified at %i was notified', (waitlistNotifiedAt) => {
    expect(cancellation({ ...none, waitlistNotifiedAt })).toEqual({ cancelledFrom: 'notified' })
  })

  test.each([
    { cancelledAt: 50, cancelledFrom: 'waiting', waitlistNotifiedAt: null },
    { cancelledAt: 50, cancelledFrom: 'waiting', waitlistNotifiedAt: 70 },
    { cancelledAt: 90, cancelledFrom: 'notified', waitlistNotifiedAt: 70 },
    { cancelledAt: 0, cancelledFrom: 'waiting', waitlistNotifiedAt: null },
    { waitlistWithdrawnAt: 60 },
    { waitlistWithdrawnAt: 0 },
    { waitlistWithdrawnAt: 60, cancelledAt: 50, cancelledFrom: 'waiting' },
  ] as const)('is rejected the second time: %o', (facts) => {
    expect(() => cancellation({ ...none, ...facts })).toThrow(
      expect.objectContaining({ name: 'PrebookError', reason: 'PREBOOK_ALREADY_CANCELLED' }),
    )
  })
})
