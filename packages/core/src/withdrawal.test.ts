import { describe, expect, test } from 'vitest'
import { planWithdrawal, type WithdrawableBook } from './withdrawal.ts'

const available: WithdrawableBook = { id: 1, withdrawnAt: null, successorId: null }
const withdrawn: WithdrawableBook = { id: 1, withdrawnAt: 5, successorId: null }
const replaced: WithdrawableBook = { id: 1, withdrawnAt: 0, successorId: 2 }
const other: WithdrawableBook = { id: 2, withdrawnAt: null, successorId: null }
const third: WithdrawableBook = { id: 3, withdrawnAt: null, successorId: null }

describe('planWithdrawal', () => {
  test.each([
    ['withdraws a book', available, undefined, { withdraws: true, successorId: null, changed: true }],
    [
      'withdraws it without a successor',
      available,
      null,
      { withdraws: true, successorId: null, changed: true },
    ],
    ['withdraws it with a successor', available, other, { withdraws: true, successorId: 2, changed: true }],
    [
      'changes nothing the second time',
      withdrawn,
      undefined,
      { withdraws: false, successorId: null, changed: false },
    ],
    ['names a successor later', withdrawn, other, { withdraws: false, successorId: 2, changed: true }],
    ['keeps the successor', replaced, undefined, { withdraws: false, successorId: 2, changed: false }],
    ['keeps the same successor', replaced, other, { withdraws: false, successorId: 2, changed: false }],
    ['replaces the successor', replaced, third, { withdraws: false, successorId: 3, changed: true }],
    ['removes the successor', replaced, null, { withdraws: false, successorId: null, changed: true }],
  ] as const)('%s', (_does, book, successor, plan) => {
    expect(planWithdrawal(book, successor)).toEqual(plan)
  })

  test.each([
    ['the book itself', available, /cannot replace itself/],
    ['the book itself, withdrawn', withdrawn, /cannot replace itself/],
    ['a withdrawn book', { id: 2, withdrawnAt: 0, successorId: null }, /withdrawn itself/],
    [
      'a withdrawn book with another successor',
      { id: 2, withdrawnAt: 9, successorId: 3 },
      /withdrawn itself/,
    ],
    ['a book that this one replaces', { id: 2, withdrawnAt: 9, successorId: 1 }, /this one replaces it/],
  ])('refuses %s as successor and names the field', (_what, successor, message) => {
    for (const book of [available, withdrawn])
      expect(() => planWithdrawal(book, successor)).toThrow(
        expect.objectContaining({
          reason: 'VALIDATION_ERROR',
          field: 'successorId',
          message: expect.stringMatching(message),
        }),
      )
  })
})
