import { expect, test } from 'vitest'
import { parseDifference, parseWholeNumber } from './whole-number.ts'

test.each([
  ['0', 0],
  ['5', 5],
  ['007', 7],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
])('%s is a whole number', (text, number) => {
  expect(parseWholeNumber(text)).toBe(number)
})

test.each(['', ' ', '-5', '1.0', '1e3', '0x10', 'five', '9007199254740992'])('“%s” is none', (text) => {
  expect(() => parseWholeNumber(text)).toThrow('Give a whole number')
})

test.each([
  ['5', 5],
  ['+5', 5],
  ['-5', -5],
  ['0', 0],
])('%s is a difference', (text, number) => {
  expect(parseDifference(text)).toBe(number)
})

test.each(['', '--5', '5-', '1.5', '- 5', '9007199254740992'])('“%s” is none', (text) => {
  expect(() => parseDifference(text)).toThrow('Give a whole number, such as 5 or -5')
})
