/** A price in cents, or why the text is not one. */
export type ParsedPrice = { cents: number } | { problem: 'malformed' | 'too-many-decimals' }

/**
 * Reads a price such as `19.99`, `19.9` or `19` digit by digit: as a float, 1.15 × 100 is 114.99….
 *
 * @param options.decimalComma also accepts `19,99`, for people who type prices
 */
export function parsePrice(text: string, options: { decimalComma?: boolean } = {}): ParsedPrice {
  const pattern = options.decimalComma === true ? /^(\d{1,12})(?:[.,](\d+))?$/ : /^(\d{1,12})(?:\.(\d+))?$/
  const match = pattern.exec(text.trim())
  if (match === null) return { problem: 'malformed' }
  const [, whole = '', decimals = ''] = match
  if (decimals.length > 2) return { problem: 'too-many-decimals' }
  return { cents: Number(whole + decimals.padEnd(2, '0')) }
}

/** Writes cents as a price with two decimals: `1999` is `19.99`. The shop has one currency, which is not part of it. */
export function formatPrice(cents: number): string {
  const digits = String(cents).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
