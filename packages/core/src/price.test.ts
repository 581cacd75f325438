import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalPrice, examplePrice, formatPrice, parsePrice } from './price.ts'

const MAX = Number.MAX_SAFE_INTEGER
const currencies = ['EUR', 'JPY', 'KWD']

describe('a price is parsed exactly to the minor unit', () => {
  test.each([
    ['19.99', 'EUR', 1999],
    ['19.9', 'EUR', 1990],
    ['19', 'EUR', 1900],
    [' 19.99 ', 'EUR', 1999],
    ['0.07', 'EUR', 7],
    ['0', 'EUR', 0],
    // Each of these is off by a fraction of a cent when multiplied by 100 in floating point.
    ['1.15', 'EUR', 115],
    ['4.35', 'EUR', 435],
    ['8.29', 'EUR', 829],
    ['1118.65', 'EUR', 111_865],
    ['90071992547409.91', 'EUR', MAX],
    ['0090071992547409.91', 'EUR', MAX],
    ['1980', 'JPY', 1980],
    ['9007199254740991', 'JPY', MAX],
    ['1.25', 'KWD', 1250],
    ['1.255', 'KWD', 1255],
    ['9007199254740.991', 'KWD', MAX],
  ])('%s %s is %i', (text, currency, cents) => {
    expect(parsePrice(text, currency)).toEqual({ cents })
  })

  test.each(currencies)('each price in %s is parsed back as it was formatted', (currency) => {
    const cents = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.maxSafeNat())
    fc.assert(
      fc.property(cents, (amount) => {
        expect(parsePrice(decimalPrice(amount, currency), currency)).toEqual({ cents: amount })
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['19.999', 'EUR'],
    ['19.990', 'EUR'],
    ['0.001', 'EUR'],
    ['19.80', 'JPY'],
    ['19.0', 'JPY'],
    ['1.2555', 'KWD'],
  ])('%s %s has too many decimals', (text, currency) => {
    expect(parsePrice(text, currency)).toEqual({ problem: 'too-many-decimals' })
  })

  test.each([
    ['90071992547409.92', 'EUR'],
    ['9007199254740992', 'JPY'],
    ['9007199254740.993', 'KWD'],
    ['9'.repeat(400), 'EUR'],
  ])('%s %s is too high', (text, currency) => {
    expect(parsePrice(text, currency)).toEqual({ problem: 'too-high' })
  })

  test.each(['', '19,99', '-1', '+1', '1e3', '.5', '5.', '€5', '1 000', '0x10', 'Infinity', '١٩'])(
    '“%s” is malformed',
    (text) => {
      expect(parsePrice(text, 'EUR')).toEqual({ problem: 'malformed' })
    },
  )

  test.each([
    ['19,99', 'EUR', { cents: 1999 }],
    ['19,9', 'EUR', { cents: 1990 }],
    ['19.99', 'EUR', { cents: 1999 }],
    ['19,999', 'EUR', { problem: 'too-many-decimals' }],
    ['1.019,99', 'EUR', { problem: 'malformed' }],
    ['1,980', 'JPY', { problem: 'too-many-decimals' }],
    ['1,980', 'KWD', { cents: 1980 }],
  ])('with a decimal comma allowed, %s %s is %o', (text, currency, expected) => {
    expect(parsePrice(text, currency, { decimalComma: true })).toEqual(expected)
  })

  test.each(currencies)('the example in %s is a price', (currency) => {
    expect(parsePrice(examplePrice(currency), currency)).toEqual({ cents: expect.any(Number) as number })
  })
})

describe('a price is formatted', () => {
  test.each([
    ['EUR', 'en', 1999, '€19.99'],
    ['EUR', 'de', 1999, '19,99\u00a0€'],
    ['JPY', 'en', 1980, '¥1,980'],
    ['KWD', 'en', 1250, 'KWD\u00a01.250'],
    ['IQD', 'en', 1250, 'IQD\u00a01.250'],
    ['EUR', 'en', MAX, '€90,071,992,547,409.91'],
    ['JPY', 'en', MAX, '¥9,007,199,254,740,991'],
    ['KWD', 'de', MAX, '9.007.199.254.740,991\u00a0KWD'],
    ['EUR', 'en', 0, '€0.00'],
  ])('in %s for %s', (currency, locale, cents, formatted) => {
    expect(formatPrice(cents, currency, locale)).toBe(formatted)
  })

  test.each(['', 'not a locale', 'xx-', undefined])('without a valid locale: %s', (locale) => {
    expect(formatPrice(1999, 'EUR', locale)).toMatch(/19[.,]99/)
  })

  test.each([19.995, 1999.5, -1, NaN, Infinity, 2 ** 53])('unless it is not whole: %d', (cents) => {
    const refused = new RangeError(
      `A price must be a whole number of minor units of at least 0, not ${cents}.`,
    )
    expect(() => formatPrice(cents, 'EUR')).toThrow(refused)
    expect(() => decimalPrice(cents, 'JPY')).toThrow(refused)
  })
})
