import { minorUnitDigits } from './currency.ts'

/** A price in minor units of its currency, or the reason why the text is not a price. */
export type ParsedPrice = { cents: number } | { problem: 'malformed' | 'too-many-decimals' | 'too-high' }

/**
 * Parses a price such as `19.99`, `19.9` or `19` into minor units of its currency: cents of EUR, whole JPY. It works on digits,
 * since in floating point 1.15 × 100 is 114.99….
 *
 * @param currency an ISO 4217 code
 * @param options.decimalComma whether to accept `19,99` too
 */
export function parsePrice(
  text: string,
  currency: string,
  options: { decimalComma?: boolean } = {},
): ParsedPrice {
  const pattern = options.decimalComma === true ? /^(\d+)(?:[.,](\d+))?$/ : /^(\d+)(?:\.(\d+))?$/
  const match = pattern.exec(text.trim())
  if (match === null) return { problem: 'malformed' }
  const [, whole = '', decimals = ''] = match
  const digits = minorUnitDigits(currency)
  if (decimals.length > digits) return { problem: 'too-many-decimals' }
  const cents = Number(whole + decimals.padEnd(digits, '0'))
  return Number.isSafeInteger(cents) ? { cents } : { problem: 'too-high' }
}

/**
 * Formats minor units as a price without its currency, as {@link parsePrice} reads it: 1999 is `19.99` in EUR, `1999` in JPY and
 * `1.999` in KWD.
 *
 * @param cents in minor units of the currency
 * @param currency an ISO 4217 code
 * @throws RangeError if `cents` is negative, not whole or not a safe integer
 */
export function decimalPrice(cents: number, currency: string): string {
  if (!Number.isSafeInteger(cents) || cents < 0)
    throw new RangeError(`A price must be a whole number of minor units of at least 0, not ${cents}.`)
  const digits = minorUnitDigits(currency)
  if (digits === 0) return String(cents)
  const padded = String(cents).padStart(digits + 1, '0')
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`
}

/**
 * Formats a price with its currency for a reader: 1999 in EUR is `€19.99` in English and `19,99 €` in German. Exact for every
 * safe integer.
 *
 * @param cents in minor units of the currency
 * @param currency an ISO 4217 code
 * @param locale a BCP 47 tag, such as `de-AT`. By default, and if it is not one, that of the runtime
 * @throws RangeError if `cents` is negative, not whole or not a safe integer
 */
export function formatPrice(cents: number, currency: string, locale?: string): string {
  // As text, because a number would be rounded to about 16 digits.
  const amount = decimalPrice(cents, currency) as Intl.StringNumericLiteral
  return formatterOf(currency, locale).format(amount)
}

const formatters = new Map<string, Intl.NumberFormat>()

function formatterOf(currency: string, locale = ''): Intl.NumberFormat {
  const key = `${currency} ${locale}`
  let formatter = formatters.get(key)
  if (formatter === undefined) {
    const digits = minorUnitDigits(currency)
    formatter = new Intl.NumberFormat(localeOrDefault(locale), {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
    formatters.set(key, formatter)
  }
  return formatter
}

/** The locale if it is well-formed, otherwise undefined. */
function localeOrDefault(locale: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(locale)[0]
  } catch {
    return undefined
  }
}

/** A price as people type it in a currency, for hints and messages: `19.99`, `1980` or `19.990`. */
export function examplePrice(currency: string): string {
  const digits = minorUnitDigits(currency)
  return digits === 0 ? '1980' : '19.99'.padEnd(3 + digits, '0')
}
