import { decimalPrice, examplePrice, limits, minorUnitDigits, parsePrice } from '@prebook/core'

// ECMAScript 2026, and Node 22. The compiler's library lacks them.
declare global {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be merged
  interface JSON {
    rawJSON(text: string): unknown
    parse(
      text: string,
      reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown
  }
}

/** Below this many minor units, the nearest double to a price prints its exact digits: it has at most 15. */
const EXACT_IN_DOUBLES = 10 ** 15

const TRAILING_ZEROS = /\.0+$|(?<=\.\d*[1-9])0+$/

/** A price in whole units, as a value that `JSON.stringify` writes with exact digits. */
export function restPrice(cents: number, currency: string): unknown {
  if (cents < EXACT_IN_DOUBLES) return cents / 10 ** minorUnitDigits(currency)
  return JSON.rawJSON(decimalPrice(cents, currency).replace(TRAILING_ZEROS, ''))
}

/** What is wrong with a price that cannot be converted to minor units. */
export function priceProblem(currency: string): string {
  const digits = minorUnitDigits(currency)
  const kind = digits === 0 ? 'a whole number' : `a number with at most ${digits} decimals`
  const highest = decimalPrice(limits.price.max, currency)
  return `Must be ${kind}, such as ${examplePrice(currency)}, and at most ${highest}.`
}

/** A number of a request with the digits with which it was sent. */
class WrittenNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/**
 * Parses JSON, and keeps the digits of prices that a double would round.
 *
 * @throws SyntaxError
 */
export function parseWithPrices(text: string): unknown {
  // Most requests have no number of so many digits, and a reviver is slow.
  if (!/\d[\d.]{15}/.test(text)) return JSON.parse(text)
  return JSON.parse(text, (name, value: unknown, { source }) =>
    name === 'price' && typeof value === 'number' && source !== undefined ? new WrittenNumber(source) : value,
  )
}

/**
 * Converts a price in whole units to exact minor units. It uses the decimal digits, because 19.99 × 100 is not 1999 in doubles.
 *
 * @returns null if it is not a price
 */
export function toCents(price: unknown, currency: string): number | null {
  const parsed = parsePrice(digitsOf(price), currency)
  return 'cents' in parsed ? parsed.cents : null
}

function digitsOf(price: unknown): string {
  if (typeof price === 'number') return String(price)
  if (!(price instanceof WrittenNumber)) return ''
  // An exponent is resolved as a double, which is exact up to 15 digits.
  const isPlain = /^\d+(?:\.\d+)?$/.test(price.text)
  return isPlain ? price.text.replace(TRAILING_ZEROS, '') : String(Number(price.text))
}
