import { InvalidArgumentError } from 'commander'

/**
 * The cents in a price such as `19.99`, `19.9` or `19`, read digit by digit: through a float, 1.15 would be 114.99…
 *
 * @throws InvalidArgumentError when it is no such price, or has more than two decimals
 */
export function parsePrice(text: string): number {
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(text.trim())
  if (match === null)
    throw new InvalidArgumentError('Write it as 19.99: digits, a point, at most two decimals.')
  const [, whole = '', decimals = ''] = match
  if (decimals.length > 2) {
    throw new InvalidArgumentError('It has more than two decimals, and a price is exact to the cent.')
  }
  return Number(whole + decimals.padEnd(2, '0'))
}

/** Cents as a price with two decimals: `1999` is `19.99`. */
export function formatPrice(cents: number): string {
  const digits = String(cents).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
