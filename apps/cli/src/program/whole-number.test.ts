import { expect, test } from 'vitest'
import { parseDifference, parseWholeNumber } from './whole-number.ts'

test.each([
  ['0', 0],
  ['5', 5],
  ['007', 7],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
])('accepts %s', (text, number) => {
  expect(parseWholeNumber(text)).toBe(number)
})

test.each(['', ' ', '-5', '1.0', '1e3', '0x10', 'five', '9007199254740992'])('rejects “%s”', (text) => {
  expect(() => parseWholeNumber(text)).toThrow('Use a whole number')
})

test.each([
  ['5', 5],
  ['+5', 5],
  ['-5', -5],
  ['0', 0],
])('accepts the difference %s', (text, number) => {
  expect(parseDifference(text)).toBe(number)
})

test.each(['', '--5', '5-', '1.5', '- 5', '9007199254740992'])('rejects “%s”', (text) => {
  expect(() => parseDifference(text)).toThrow('Use a whole number, such as 5 or -5')
})
