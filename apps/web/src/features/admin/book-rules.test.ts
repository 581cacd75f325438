import { expect, test } from 'vitest'
import {
  authorRule,
  centsOf,
  deltaRule,
  descriptionRule,
  isbnRule,
  priceRule,
  quantityRule,
  titleRule,
  wholeNumberOf,
} from './book-rules.ts'

test.each([
  ['19.99', 'EUR', 1999],
  ['19,99', 'EUR', 1999],
  ['19.9', 'EUR', 1990],
  ['19', 'EUR', 1900],
  [' 0.01 ', 'EUR', 1],
  ['1.1', 'EUR', 110],
  ['90071992547409,91', 'EUR', Number.MAX_SAFE_INTEGER],
  ['1980', 'JPY', 1980],
  ['1,25', 'KWD', 1250],
  ['', 'EUR', null],
  ['19.999', 'EUR', null],
  ['19.80', 'JPY', null],
  ['1,000.00', 'EUR', null],
  ['-1', 'EUR', null],
  ['1e3', 'EUR', null],
  ['free', 'EUR', null],
])('parses the price %j in %s as %j minor units', (text, currency, cents) => {
  expect(centsOf(text, currency)).toBe(cents)
})

test.each([
  ['', 'EUR', 'Enter a price.'],
  ['0.00', 'EUR', 'Must be more than 0.'],
  ['19.999', 'EUR', 'Must be a price such as 19.99.'],
  ['19.80', 'JPY', 'Must be a price such as 1980.'],
  ['90071992547409.92', 'EUR', 'Must be at most €90,071,992,547,409.91.'],
])('the price %j in %s is refused: %s', (text, currency, message) => {
  expect(priceRule(currency)(text)).toBe(message)
})

test.each([
  ['20', 20],
  ['-3', -3],
  ['−3', -3],
  ['+5', 5],
  ['1.5', null],
  ['', null],
  ['12345678901', null],
])('parses %j as the whole number %j', (text, number) => {
  expect(wholeNumberOf(text)).toBe(number)
})

test.each([
  {
    what: 'a title',
    rule: titleRule,
    valid: ['Dune', 'x'.repeat(300)],
    invalid: ['', '  ', 'x'.repeat(301)],
  },
  { what: 'an author', rule: authorRule, valid: ['x'.repeat(200)], invalid: ['', 'x'.repeat(201)] },
  { what: 'a price', rule: priceRule('EUR'), valid: ['0.01', '100000.01'], invalid: ['', '0', 'x'] },
  {
    what: 'an ISBN',
    rule: isbnRule,
    valid: ['', '978-0-441-01359-3', '0 441 01359 7', '080442957x'],
    invalid: ['123', '9770441013593', '97804410135931'],
  },
  { what: 'a description', rule: descriptionRule, valid: ['', 'a\nb'], invalid: ['x'.repeat(5_001)] },
  { what: 'a quantity', rule: quantityRule, valid: ['0', '1000000'], invalid: ['', '-1', '1.5', '1000001'] },
  { what: 'a change', rule: deltaRule, valid: ['1', '-1000000'], invalid: ['', '0', '1000001', '-1000001'] },
])('accepts and rejects $what', ({ rule, valid, invalid }) => {
  for (const value of valid) expect(rule(value), value).toBeNull()
  for (const value of invalid) expect(rule(value), value).toMatch(/^(?:Must|Enter)/)
})
