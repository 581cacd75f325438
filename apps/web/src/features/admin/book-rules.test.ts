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
  ['19.99', 1999],
  ['19,99', 1999],
  ['19.9', 1990],
  ['19', 1900],
  [' 0.01 ', 1],
  ['1.1', 110],
  ['', null],
  ['19.999', null],
  ['1,000.00', null],
  ['-1', null],
  ['1e3', null],
  ['free', null],
])('parses the price %j as %j cents', (text, cents) => {
  expect(centsOf(text)).toBe(cents)
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
  { what: 'a price', rule: priceRule, valid: ['0.01', '100000'], invalid: ['', '0', '100000.01', 'x'] },
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
