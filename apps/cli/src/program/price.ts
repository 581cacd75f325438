import { parsePrice } from '@prebook/client/price'
import { InvalidArgumentError } from 'commander'

/**
 * Parses a price such as `19.99` into cents.
 *
 * @param decimalComma also accept `19,99`
 * @throws InvalidArgumentError when the text is not a price or has more than two decimals
 */
export function parsePriceArgument(text: string, decimalComma = false): number {
  const price = parsePrice(text, { decimalComma })
  if ('cents' in price) return price.cents
  throw new InvalidArgumentError(
    price.problem === 'malformed'
      ? 'Use the form 19.99: digits, a point and at most two decimals.'
      : 'A price cannot have more than two decimals.',
  )
}
