import { expect, test } from 'vitest'
import { expiryInput, tokenDaysRule, tokenNameRule } from './token-rules.ts'

test.each([
  ['', 'Enter a name.'],
  ['  ', 'Enter a name.'],
  ['Till', null],
  [`${'x'.repeat(60)} `, null],
  ['x'.repeat(61), 'Must have at most 60 characters.'],
])('the name “%s” of a token: %s', (value, error) => {
  expect(tokenNameRule(value)).toBe(error)
})

const RANGE = 'Must be a whole number from 1 to 3,650.'
test.each([
  ['', null, {}],
  [' ', null, {}],
  ['1', null, { expiresInDays: 1 }],
  [' 3650 ', null, { expiresInDays: 3_650 }],
  ['0', RANGE, { expiresInDays: 0 }],
  ['3651', RANGE, { expiresInDays: 3_651 }],
  ['-1', RANGE, { expiresInDays: -1 }],
  ['1.5', RANGE, {}],
  ['a week', RANGE, {}],
])('a token that expires after “%s” days: %s', (value, error, input) => {
  expect(tokenDaysRule(value)).toBe(error)
  expect(expiryInput(value)).toEqual(input)
})
