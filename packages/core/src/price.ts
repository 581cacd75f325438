/** A price in cents, or the reason why the text is not a price. */
export type ParsedPrice = { cents: number } | { problem: 'malformed' | 'too-many-decimals' }

/**
 * Parses a price such as `19.99`, `19.9` or `19`. It works on digits, since in floating point 1.15 × 100 is 114.99….
 *
 * @param options.decimalComma whether to accept `19,99` too
 */
export function parsePrice(text: string, options: { decimalComma?: boolean } = {}): ParsedPrice {
  const pattern = options.decimalComma === true ? /^(\d{1,12})(?:[.,](\d+))?$/ : /^(\d{1,12})(?:\.(\d+))?$/
  const match = pattern.exec(text.trim())
  if (match === null) return { problem: 'malformed' }
  const [, whole = '', decimals = ''] = match
  if (decimals.length > 2) return { problem: 'too-many-decimals' }
  return { cents: Number(whole + decimals.padEnd(2, '0')) }
}

/**
 * Formats cents as a price with two decimals and without a currency: `1999` becomes `19.99`.
 *
 * @throws RangeError if the number of cents is negative, not whole or not a safe integer
 */
export function formatPrice(cents: number): string {
  if (!Number.isSafeInteger(cents) || cents < 0)
    throw new RangeError(`formatPrice: cents must be a whole number of at least 0, not ${cents}.`)
  const digits = String(cents).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
