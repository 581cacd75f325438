import { parsePrice } from '@prebook/client/price'
import { InvalidArgumentError } from 'commander'

/**
 * Reads the cents of a price argument such as `19.99`.
 *
 * @param decimalComma also accepts `19,99`
 * @throws InvalidArgumentError when it is not a price, or has more than two decimals
 */
export function parsePriceArgument(text: string, decimalComma = false): number {
  const price = parsePrice(text, { decimalComma })
  if ('cents' in price) return price.cents
  throw new InvalidArgumentError(
    price.problem === 'malformed'
      ? 'Write it as 19.99: digits, a point, at most two decimals.'
      : 'It has more than two decimals, and a price is exact to the cent.',
  )
}
