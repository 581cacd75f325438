import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { priceProblem, parseWithPrices, restPrice, toCents } from './price.ts'

const MAX = Number.MAX_SAFE_INTEGER

/** A price in the text of a request, in minor units. */
function readPrice(text: string, currency: string): number | null {
  const body = parseWithPrices(`{"price":${text}}`) as { price: unknown }
  return toCents(body.price, currency)
}

describe.each(['EUR', 'JPY', 'KWD'])('a price in %s', (currency) => {
  test('is written with exact digits, and read back', () => {
    const cents = fc.oneof(fc.integer({ min: 1, max: 20_000_000 }), fc.integer({ min: 1, max: MAX }))
    fc.assert(
      fc.property(cents, (amount) => {
        const text = JSON.stringify(restPrice(amount, currency))
        expect(text).toMatch(/^\d+(?:\.\d*[1-9])?$/)
        expect(readPrice(text, currency)).toBe(amount)
      }),
      { numRuns: 5_000 },
    )
  })
})

test.each([
  [1, 'EUR', '0.01'],
  [1_990, 'EUR', '19.9'],
  [1_900, 'EUR', '19'],
  [MAX, 'EUR', '90071992547409.91'],
  [MAX - 1, 'EUR', '90071992547409.9'],
  [9_000_000_000_000_000, 'EUR', '90000000000000'],
  [1_980, 'JPY', '1980'],
  [MAX, 'JPY', '9007199254740991'],
  [1_000_000_000_000_000, 'JPY', '1000000000000000'],
  [1_250, 'KWD', '1.25'],
  [MAX, 'KWD', '9007199254740.991'],
])('%i in %s is written as %s', (cents, currency, text) => {
  expect(JSON.stringify({ price: restPrice(cents, currency) })).toBe(`{"price":${text}}`)
})

test.each([
  ['19.99', 'EUR', 1999],
  ['19.90', 'EUR', 1990],
  ['19.90000000000000000', 'EUR', 1990],
  ['19.000000000000000000', 'EUR', 1900],
  ['1999e-2', 'EUR', 1999],
  ['1.99900000000000000e1', 'EUR', 1999],
  ['1980', 'JPY', 1980],
  ['1980.0', 'JPY', 1980],
  ['9007199254740991', 'JPY', MAX],
  ['1.255', 'KWD', 1255],
])('%s %s is read as %i', (text, currency, cents) => {
  expect(readPrice(text, currency)).toBe(cents)
})

test.each([
  ['90071992547409.92', 'EUR'],
  ['9007199254740993', 'JPY'],
  ['19.99000000000000001', 'EUR'],
  ['19.8', 'JPY'],
  ['1.2555', 'KWD'],
  ['-90071992547409.91', 'EUR'],
  ['"90071992547409.91"', 'EUR'],
  ['{"text":"19.99","and":1234567890123456}', 'EUR'],
])('%s %s is not rounded to a price', (text, currency) => {
  expect(readPrice(text, currency)).toBeNull()
})

test('other numbers of many digits stay numbers', () => {
  const text = '{"rows":[{"price":90071992547409.91,"isbn":1234567890123456}],"id":9007199254740991}'
  expect(parseWithPrices(text)).toMatchObject({ rows: [{ isbn: 1_234_567_890_123_456 }], id: MAX })
})

test.each([
  ['EUR', 'Must be a number with at most 2 decimals, such as 19.99, and at most 90071992547409.91.'],
  ['JPY', 'Must be a whole number, such as 1980, and at most 9007199254740991.'],
  ['KWD', 'Must be a number with at most 3 decimals, such as 19.990, and at most 9007199254740.991.'],
])('what is wrong with a price in %s', (currency, problem) => {
  expect(priceProblem(currency)).toBe(problem)
})
