import { describe, expect, test } from 'vitest'
import { DEFAULT_CURRENCY, isCurrency, minorUnitDigits } from './currency.ts'

describe('a currency', () => {
  test.each([DEFAULT_CURRENCY, 'USD', 'CHF', 'JPY', 'KWD', 'RSD', 'XOF', 'ZWG'])('%s exists', (code) => {
    expect(isCurrency(code)).toBe(true)
  })

  test.each([
    '',
    'EURO',
    'eur',
    'EU',
    'XYZ',
    'QQQ',
    '€',
    'EUR ',
    'XXX',
    'XTS',
    'XAU',
    'XDR',
    'DEM',
    'HRK',
    '__proto__',
  ])('“%s” is none', (code) => {
    expect(isCurrency(code)).toBe(false)
  })

  test.each([
    ['EUR', 2],
    ['JPY', 0],
    ['KWD', 3],
    // By custom they are rounded further, and `Intl` of Node says 0.
    ['IQD', 3],
    ['IDR', 2],
    ['HUF', 2],
    ['CLF', 4],
    ['UYI', 0],
  ])('%s has %i decimal places, by ISO 4217', (code, digits) => {
    expect(minorUnitDigits(code)).toBe(digits)
  })
})
