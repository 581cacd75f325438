import { minorUnitDigits } from '@prebook/core/currency'
import { limits } from '@prebook/core/limits'
import { decimalPrice, examplePrice, parsePrice, type ParsedPrice } from '@prebook/core/price'
import { CellError } from './cell-error.ts'
import { checkCurrencyMark } from './currency-mark.ts'
import { isPlaceholderWord } from './placeholder.ts'
import { withoutTextMarks } from './spreadsheet-text.ts'

/** The sign before the decimals of a price. */
export type DecimalSign = '.' | ','

/** What the price cells of a file mean: the currency of the shop, and the decimal sign of the file if it is known. */
export type PriceForm = { currency: string; decimal: DecimalSign | null }

/** A price in minor units, and the decimal sign that it shows or without which it would have two meanings. */
export type PriceCell = { cents: number; shows: DecimalSign | null; needs: DecimalSign | null }

type PriceProblem = Extract<ParsedPrice, { problem: string }>['problem']

/** A number as digits, with or without decimals, and what it says about the decimal sign of its file. */
type Reading = { whole: string; decimals: string; shows: DecimalSign | null; needs: DecimalSign | null }

/**
 * Reads a price: digits with the sign or code of the shop's currency, in the forms `19.99`, `19,99`, `1.234,50`, `1,234.50`,
 * `1 234,50`, `1'234.50` and `19,-`. `1,234` has two meanings, and is read only if the decimal sign of the file is known, or the currency
 * has no decimals.
 *
 * @throws CellError when the text has no meaning or several; `isMissing` when it is empty or a placeholder
 */
export function readPriceCell(cell: string, { currency, decimal }: PriceForm): PriceCell {
  const text = withoutTextMarks(cell)
  if (text === '') throw new CellError('Required.', { isMissing: true })
  if (isPlaceholderWord(text) && !/^0+$/.test(text))
    throw new CellError(`“${cell}” is not a price.`, { isMissing: true })
  const number = numberOf(text, currency)
  const reading = readNumber(number, decimal) ?? readThousands(number, currency) ?? ambiguous(cell, number)
  const { whole, decimals, shows, needs } = reading
  const digits = decimals.replace(/0+$/, '')
  const price = parsePrice(digits === '' ? whole : `${whole}.${digits}`, currency)
  if ('problem' in price) throw new CellError(`“${cell}”: ${describePriceProblem(price.problem, currency)}`)
  return { cents: price.cents, shows, needs }
}

/** The decimal sign that a cell shows whatever its file is: `,` in `19,99`. Null when it shows none, or is not a price. */
export function decimalSignOf(cell: string): DecimalSign | null {
  const number = /\d[\d.,'’\s]*/.exec(withoutTextMarks(cell))?.[0].trim()
  try {
    return number === undefined ? null : (readNumber(number, null)?.shows ?? null)
  } catch {
    return null
  }
}

/** What is wrong with a price, and the form that is read. */
export function describePriceProblem(problem: PriceProblem, currency: string): string {
  const example = examplePrice(currency)
  const digits = minorUnitDigits(currency)
  const descriptions: Record<PriceProblem, string> = {
    malformed: `Use the form ${example}: digits${digits === 0 ? ' only' : `, a point and at most ${digits} decimals`}.`,
    'too-many-decimals': `Use the form ${example}: a price in ${currency} has ${digits === 0 ? 'no' : `at most ${digits}`} decimals.`,
    'too-high': `Must be at most ${decimalPrice(limits.price.max, currency)}.`,
  }
  return descriptions[problem]
}

/** The number of a price, without the currency around it. */
function numberOf(text: string, currency: string): string {
  const malformed = () => new CellError(`“${text}”: ${describePriceProblem('malformed', currency)}`)
  // A whole amount in German, Dutch and Swiss price lists.
  const whole = text.replace(/(\d)\s?[.,]\s?[-–—]{1,2}(?=\s|$|\D)/, '$1')
  const match = /^([^\d,+\-−–(]*?)([.,]?\d[\d.,'’\s]*)([^\d)]*)$/.exec(whole)
  if (match === null) throw malformed()
  const [before = '', number = '', after = ''] = match.slice(1).map((part) => part.trim())
  if (/[-−–—]$/.test(after)) throw malformed()
  for (const mark of [before, after]) checkCurrencyMark(mark, currency)
  return number
}

/** The one meaning of a number; null when it has several. */
function readNumber(number: string, decimal: DecimalSign | null): Reading | null {
  const text = number.replace(/[\s’]/g, (sign) => (sign === '’' ? "'" : ' '))
  const plain = (whole: string, decimals = '', shows: DecimalSign | null = null): Reading => ({
    whole: whole.replace(/\D/g, '') || '0',
    decimals,
    shows,
    needs: null,
  })
  if (/^\d+$/.test(text)) return plain(text)
  const grouped = /^(\d{1,3}(?:([ '])\d{3})(?:\2\d{3})*)(?:([.,])(\d+))?$/.exec(text)
  if (grouped !== null) return plain(grouped[1] ?? '', grouped[4], signOf(grouped[3]))
  const both = /^(\d{1,3}(?:([.,])\d{3})+)([.,])(\d+)$/.exec(text)
  if (both !== null && both[2] !== both[3] && isGrouping(both[1] ?? ''))
    return plain(both[1] ?? '', both[4], signOf(both[3]))
  if (/^\d{1,3}(?:\.\d{3}){2,}$/.test(text)) return plain(text, '', ',')
  if (/^\d{1,3}(?:,\d{3}){2,}$/.test(text)) return plain(text, '', '.')
  const single = /^(\d*)([.,])(\d+)$/.exec(text)
  if (single === null) throw new CellError(`“${number}” is not a number.`)
  const [, whole = '', sign = '', decimals = ''] = single
  // Three digits after one to three others may be thousands.
  const mayBeThousands = decimals.length === 3 && /^[1-9]\d{0,2}$/.test(whole)
  if (!mayBeThousands) return plain(whole, decimals, signOf(sign))
  if (decimal === null) return null
  return decimal === sign
    ? { ...plain(whole, decimals), needs: decimal }
    : { ...plain(whole + decimals), needs: decimal }
}

/** A number such as `1,980` in a currency without decimals, where the sign can only group thousands. */
function readThousands(number: string, currency: string): Reading | null {
  if (minorUnitDigits(currency) > 0) return null
  return { whole: number.replace(/\D/g, ''), decimals: '', shows: null, needs: null }
}

function signOf(sign: string | undefined): DecimalSign | null {
  return sign === '.' || sign === ',' ? sign : null
}

function isGrouping(text: string): boolean {
  return /^\d{1,3}(?:\.\d{3})+$|^\d{1,3}(?:,\d{3})+$/.test(text)
}

function ambiguous(cell: string, number: string): never {
  const digits = number.replace(/[.,]/, '')
  const point = number.replace(',', '.')
  throw new CellError(
    `“${cell}” can mean ${digits} or ${point}, and no other price of the file shows which. Write ${digits}.00 or ${Number(point)}.`,
  )
}
