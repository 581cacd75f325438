import { describe, expect, test } from 'vitest'
import { CommandError } from './command-error.ts'
import { parsePriceOption, priceText } from './price.ts'

describe('the option --price', () => {
  test.each([
    ['19.99', 'EUR', 1999],
    ['1980', 'JPY', 1980],
    ['1.25', 'KWD', 1250],
  ])('%s %s is converted to %i minor units', (text, currency, cents) => {
    expect(parsePriceOption(text, currency)).toBe(cents)
  })

  test.each([
    ['19.999', 'EUR', 'Use the form 19.99: a price in EUR has at most 2 decimals.'],
    ['19.80', 'JPY', 'Use the form 1980: a price in JPY has no decimals.'],
    ['1.2555', 'KWD', 'Use the form 19.990: a price in KWD has at most 3 decimals.'],
    ['19,99', 'EUR', 'Use the form 19.99: digits, a point and at most 2 decimals.'],
    ['1,980', 'JPY', 'Use the form 1980: digits only.'],
    ['90071992547409.92', 'EUR', 'Must be at most 90071992547409.91.'],
    ['9007199254740992', 'JPY', 'Must be at most 9007199254740991.'],
  ])('%s %s is rejected with an example', (text, currency, message) => {
    expect(() => parsePriceOption(text, currency)).toThrow(new CommandError('usage', `--price: ${message}`))
  })

  test.each([
    [1999, 'EUR', '19.99 EUR'],
    [1980, 'JPY', '1980 JPY'],
    [1250, 'KWD', '1.250 KWD'],
  ])('%i %s is printed as %s', (priceCents, currency, text) => {
    expect(priceText({ priceCents, currency })).toBe(text)
  })
})
