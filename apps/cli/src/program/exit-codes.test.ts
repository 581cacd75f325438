import type { Reason } from '@prebook/client'
import { describe, expect, test } from 'vitest'
import { exitCodes, exitFor, exitMeanings } from './exit-codes.ts'

test('keeps the exit codes that scripts rely on', () => {
  expect(exitCodes).toEqual({
    ok: 0,
    failed: 1,
    usage: 2,
    notSignedIn: 3,
    forbidden: 4,
    notFound: 5,
    conflict: 6,
    network: 7,
    cancelled: 130,
  })
  expect(Object.keys(exitMeanings)).toEqual(Object.keys(exitCodes))
})

describe('exit codes by error reason', () => {
  test.each([
    ['BOOK_NOT_FOUND', 'notFound'],
    ['STOCK_CONFLICT', 'conflict'],
    ['BOOK_ISBN_CONFLICT', 'conflict'],
    ['AUTH_REQUIRED', 'notSignedIn'],
    ['AUTH_INVALID_CREDENTIALS', 'notSignedIn'],
    ['AUTH_FORBIDDEN', 'forbidden'],
    ['AUTH_ACCOUNT_DEACTIVATED', 'forbidden'],
    ['VALIDATION_ERROR', 'usage'],
    ['RATE_LIMITED', 'failed'],
    ['INVITATION_PENDING', 'conflict'],
    ['MAIL_NOT_CONFIGURED', 'failed'],
    ['STORE_BUSY', 'failed'],
    ['INTERNAL_ERROR', 'failed'],
  ] as const)('%s exits with %s', (reason, exit) => {
    expect(exitFor(reason)).toBe(exit)
  })

  test.each(['A_REASON_OF_TOMORROW', 'toString', '__proto__'])(
    '%s, a reason of a newer server, exits with failed',
    (reason) => {
      expect(exitFor(reason as Reason)).toBe('failed')
    },
  )
})
