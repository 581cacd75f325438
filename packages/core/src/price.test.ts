import { describe, expect, test } from 'vitest'
import { formatPrice, parsePrice } from './price.ts'

describe('a price is parsed exactly to the cent', () => {
  test.each([
    ['19.99', 1999],
    ['19.9', 1990],
    ['19', 1900],
    [' 19.99 ', 1999],
    ['0.07', 7],
    ['0', 0],
    // Each of these is off by a fraction of a cent when multiplied by 100 in floating point.
    ['1.15', 115],
    ['4.35', 435],
    ['8.29', 829],
    ['1118.65', 111_865],
    ['999999999999.99', 99_999_999_999_999],
  ])('%s is %i cents', (text, cents) => {
    expect(parsePrice(text)).toEqual({ cents })
  })

  test('every price up to 1,000.00 is parsed back as it was formatted', () => {
    const changed = Array.from({ length: 100_001 }, (_, cents) => cents).filter((cents) => {
      const price = parsePrice(formatPrice(cents))
      return !('cents' in price) || price.cents !== cents
    })
    expect(changed).toEqual([])
  })

  test.each([19.995, 1999.5, -1, NaN, Infinity, 2 ** 53])('%d cents are not formatted', (cents) => {
    expect(() => formatPrice(cents)).toThrow(
      new RangeError(`formatPrice: cents must be a whole number of at least 0, not ${cents}.`),
    )
  })

  test.each(['19.999', '19.990', '0.001'])('%s has too many decimals', (text) => {
    expect(parsePrice(text)).toEqual({ problem: 'too-many-decimals' })
  })

  test.each(['', '19,99', '-1', '+1', '1e3', '.5', '5.', '€5', '1 000', '0x10', 'Infinity', '1234567890123'])(
    '“%s” is malformed',
    (text) => {
      expect(parsePrice(text)).toEqual({ problem: 'malformed' })
    },
  )

  test.each([
    ['19,99', { cents: 1999 }],
    ['19,9', { cents: 1990 }],
    ['19.99', { cents: 1999 }],
    ['19,999', { problem: 'too-many-decimals' }],
    ['1.019,99', { problem: 'malformed' }],
  ])('with a decimal comma allowed, %s is %o', (text, expected) => {
    expect(parsePrice(text, { decimalComma: true })).toEqual(expected)
  })
})
