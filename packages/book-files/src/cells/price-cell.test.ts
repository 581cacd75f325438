import { describe, expect, test } from 'vitest'
import { CellError } from './cell-error.ts'
import { decimalSignOf, readPriceCell, type DecimalSign } from './price-cell.ts'

const euros = (text: string, decimal: DecimalSign | null = null) =>
  readPriceCell(text, { currency: 'EUR', decimal }).cents

describe('a price of one meaning', () => {
  test.each([
    ['19.99', 1999],
    ['19,99', 1999],
    ['19', 1900],
    ['12,5', 1250],
    ['19.9900', 1999],
    ['.99', 99],
    ['0.00', 0],
    ['€19.99', 1999],
    ['€ 19,99', 1999],
    ['19,99 €', 1999],
    ['19,99\u00a0€', 1999],
    ['EUR 19.99', 1999],
    ['19.99 EUR', 1999],
    ['19,99 Euro', 1999],
    ['1.234,50', 123_450],
    ['1,234.50', 123_450],
    ['1 234,50', 123_450],
    ['1\u202f234,50', 123_450],
    ["1'234.50", 123_450],
    ['1’234.50', 123_450],
    ['1.234.567', 123_456_700],
    ['1,234,567.00', 123_456_700],
    ['1234.50', 123_450],
    ['19,-', 1900],
    ['19,– €', 1900],
    ['19.-', 1900],
    ['0.500', 50],
    ['="19.99"', 1999],
    ["'19.99", 1999],
  ])('%s is %i cents', (text, cents) => {
    expect(euros(text)).toBe(cents)
    expect([euros(text, '.'), euros(text, ',')]).toEqual([cents, cents])
  })

  test.each([
    ['JPY', '1980', 1980],
    ['JPY', '¥1980', 1980],
    ['JPY', '1980.00', 1980],
    ['JPY', '1,980', 1980],
    ['JPY', '¥1.980', 1980],
    ['KWD', '1234.505', 1_234_505],
    ['USD', '$19.99', 1999],
    ['AUD', '$19.99', 1999],
    ['USD', 'US$19.99', 1999],
    ['GBP', '£19.99', 1999],
    ['CHF', 'Fr. 19.50', 1950],
    ['PLN', '19,99 zł', 1999],
    ['USD', '$19.99 USD', 1999],
  ] as const)('%s: %s', (currency, text, cents) => {
    const read = () => readPriceCell(text, { currency, decimal: null }).cents
    expect(read()).toBe(cents)
  })
})

test('is refused with more decimals than its currency has', () => {
  expect(() => readPriceCell('19.9905', { currency: 'KWD', decimal: null })).toThrow('at most 3 decimals')
  expect(() => readPriceCell('1980.50', { currency: 'JPY', decimal: null })).toThrow('no decimals')
})

describe('a price of two meanings', () => {
  test.each(['1.234', '1,234', '19.990', '12,500'])('%s is refused, with both', (text) => {
    const [whole, part] = text.split(/[.,]/)
    expect(() => euros(text)).toThrow(`can mean ${whole}${part} or ${whole}.${part}`)
  })

  test.each([
    ['1.234', ',', 123_400],
    ['1,234', '.', 123_400],
    ['19.990', '.', 1999],
    ['19,990', ',', 1999],
  ] as const)('%s is read in a file with the decimal sign %s', (text, decimal, cents) => {
    expect(readPriceCell(text, { currency: 'EUR', decimal })).toEqual({ cents, shows: null, needs: decimal })
  })

  test('is refused when the decimal sign makes it a fraction of a cent', () => {
    expect(() => euros('19.995', '.')).toThrow('at most 2 decimals')
  })
})

test.each([
  ['19.', 'not a number'],
  ['1e1', 'Use the form'],
  ['19.99-', 'Use the form'],
  ['-5', 'Use the form'],
  ['(5.00)', 'Use the form'],
  ['−5', 'Use the form'],
  ['19.99.99', 'not a number'],
  ['1,23,456.50', 'not a number'],
  ['1.234,567.00', 'not a number'],
  ['$19.99', '“$” is not EUR'],
  ['£19.99', '“£” is not EUR'],
  ['19.99 USD', '“USD” is not EUR'],
  ['5 pcs', '“pcs” is not a currency'],
  ['19.995x', 'is not a currency'],
  ['0.995', 'at most 2 decimals'],
  ['1234.567', 'at most 2 decimals'],
  ['19 99', 'not a number'],
  ['from 19.99', 'is not a currency'],
  ['19.99 / 24.99', 'Use the form'],
  ['90071992547409.93', 'Must be at most'],
])('%s is refused', (text, sentence) => {
  expect(() => euros(text)).toThrow(sentence)
  expect(missing(text)).toBe(false)
})

test.each(['', 'n/a', '-', 'TBA'])('“%s” says that there is none', (text) => {
  expect(missing(text)).toBe(true)
})

test('shows its decimal sign, unless it is whole or has two meanings', () => {
  const shown = (texts: string[]) => texts.map((text) => decimalSignOf(text))
  expect(shown(['19.99', '$19.99', '1,234.50', '1,234,567'])).toEqual(['.', '.', '.', '.'])
  expect(shown(['19,99 €', '1.234,50', '1 234,5', '1.234.567'])).toEqual([',', ',', ',', ','])
  expect(shown(['19', '1.234', '1,234', '', 'n/a', '19.99.9'])).toEqual([null, null, null, null, null, null])
})

function missing(text: string): boolean {
  try {
    euros(text)
  } catch (error) {
    return error instanceof CellError && error.isMissing
  }
  return expect.unreachable(`“${text}” should be refused.`)
}
