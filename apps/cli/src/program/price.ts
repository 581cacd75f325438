import { decimalPrice, parsePrice } from '@prebook/client/price'
import { describePriceProblem } from '@prebook/book-files'
import { CommandError } from './command-error.ts'

/**
 * Parses the option `--price`, such as `19.99`, into minor units of the shop's currency.
 *
 * @throws CommandError `usage` when it is not a price, or has more decimals than the currency
 */
export function parsePriceOption(text: string, currency: string): number {
  const price = parsePrice(text, currency)
  if ('cents' in price) return price.cents
  throw new CommandError('usage', `--price: ${describePriceProblem(price.problem, currency)}`)
}

/** A price with its currency: `19.99 EUR`. */
export function priceText({ priceCents, currency }: { priceCents: number; currency: string }): string {
  return `${decimalPrice(priceCents, currency)} ${currency}`
}
