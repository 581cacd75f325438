import { limits } from '@prebook/core/limits'
import { decimalPrice, examplePrice, parsePrice, type ParsedPrice } from '@prebook/core/price'
import type { Separator } from '../text/separator.ts'
import { CellError } from './cell-error.ts'

type PriceProblem = Extract<ParsedPrice, { problem: string }>['problem']

/** What the cells of a file depend on: its separator (null in a workbook), and the currency of the shop. */
export type FileForm = { separator: Separator | null; currency: string }

/**
 * Parses a price into minor units of the shop's currency. In a file separated by semicolons, the decimal separator may be a comma.
 *
 * @throws CellError when the text is not a price, or has more decimals than the currency
 */
export function parsePriceCell(text: string, { separator, currency }: FileForm): number {
  if (text === '') throw new CellError('Required.')
  const price = parsePrice(text, currency, { decimalComma: separator === ';' })
  if ('cents' in price) return price.cents
  throw new CellError(describePriceProblem(price.problem, currency))
}

/** What is wrong with a price, and the form that is read. */
export function describePriceProblem(problem: PriceProblem, currency: string): string {
  const example = examplePrice(currency)
  const digits = example.split('.')[1]?.length ?? 0
  const descriptions: Record<PriceProblem, string> = {
    malformed: `Use the form ${example}: digits${digits === 0 ? ' only' : `, a point and at most ${digits} decimals`}.`,
    'too-many-decimals': `Use the form ${example}: a price in ${currency} has ${digits === 0 ? 'no' : `at most ${digits}`} decimals.`,
    'too-high': `Must be at most ${decimalPrice(limits.price.max, currency)}.`,
  }
  return descriptions[problem]
}
