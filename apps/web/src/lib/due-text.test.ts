import { expect, test } from 'vitest'
import { dueText } from './due-text.ts'

const soldOut = { inStock: false, withdrawnAt: null }

test.each([
  [{ ...soldOut, expectedOn: '2027-03-12', expectedPrecision: 'day' }, 'Due 12 March 2027'],
  [{ ...soldOut, expectedOn: '2027-03', expectedPrecision: 'month' }, 'Due March 2027'],
  [{ ...soldOut, expectedOn: '2027-spring', expectedPrecision: 'season' }, 'Due in spring 2027'],
  [{ ...soldOut, expectedOn: null, expectedPrecision: null }, null],
  [{ inStock: true, withdrawnAt: null, expectedOn: '2027-03', expectedPrecision: 'month' }, null],
  [
    {
      inStock: false,
      withdrawnAt: '2026-11-30T12:00:00.000Z',
      expectedOn: '2027-03',
      expectedPrecision: 'month',
    },
    null,
  ],
] as const)('%j is shown as %j', (book, text) => {
  expect(dueText(book)).toBe(text)
})
