import { limits } from '@prebook/client/limits'
import { decimalPrice, examplePrice, parsePrice, type ParsedPrice } from '@prebook/client/price'
import { InvalidArgumentError } from 'commander'
import { CommandError } from './command-error.ts'

type PriceProblem = Extract<ParsedPrice, { problem: string }>['problem']

/**
 * Parses a price such as `19.99` into minor units of the shop's currency.
 *
 * @param decimalComma also accept `19,99`
 * @throws InvalidArgumentError when the text is not a price, or has more decimals than the currency
 */
export function parsePriceArgument(text: string, currency: string, decimalComma = false): number {
  const price = parsePrice(text, currency, { decimalComma })
  if ('cents' in price) return price.cents
  throw new InvalidArgumentError(describeProblem(price.problem, currency))
}

function describeProblem(problem: PriceProblem, currency: string): string {
  const example = examplePrice(currency)
  const digits = example.split('.')[1]?.length ?? 0
  const descriptions: Record<PriceProblem, string> = {
    malformed: `Use the form ${example}: digits${digits === 0 ? ' only' : `, a point and at most ${digits} decimals`}.`,
    'too-many-decimals': `Use the form ${example}: a price in ${currency} has ${digits === 0 ? 'no' : `at most ${digits}`} decimals.`,
    'too-high': `Must be at most ${decimalPrice(limits.price.max, currency)}.`,
  }
  return descriptions[problem]
}

/**
 * Parses the option `--price`, whose form depends on the currency of the shop.
 *
 * @throws CommandError `usage`
 */
export function parsePriceOption(text: string, currency: string): number {
  try {
    return parsePriceArgument(text, currency)
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new CommandError('usage', `--price: ${error.message}`)
    throw error
  }
}

/** A price with its currency: `19.99 EUR`. */
export function priceText({ priceCents, currency }: { priceCents: number; currency: string }): string {
  return `${decimalPrice(priceCents, currency)} ${currency}`
}
