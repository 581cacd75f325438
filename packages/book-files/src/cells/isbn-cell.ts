import { parseIsbn } from '@prebook/core/isbn'
import { CellError } from './cell-error.ts'
import { isPlaceholderNumber, isPlaceholderWord } from './placeholder.ts'
import { repaired, type CellRepair, type RepairOptions } from './repair.ts'
import { withoutTextMarks } from './spreadsheet-text.ts'

/** An ISBN as 13 digits, and what was mended to read it. */
export type IsbnCell = { isbn: string; repairs: CellRepair[] }

/** The fewest digits of an ISBN-10 without its leading zeros. Fewer are more often the number of an article. */
const MIN_DIGITS = 7

/**
 * Reads an ISBN from a file: in any form that is printed, as spreadsheets keep it (`="978…"`, `'978…`), or damaged in a way that
 * leaves one reading whose check digit is right. That one is a repair.
 *
 * @throws CellError when the text is not one ISBN; `isMissing` when it is empty or a placeholder
 */
export function readIsbnCell(cell: string, options: RepairOptions = {}): IsbnCell {
  const text = withoutTextMarks(cell)
    .replace(/^\[(.*)\]$/, '$1')
    .trim()
  if (text === '') throw new CellError('Required. The ISBN identifies the book.', { isMissing: true })
  if (isPlaceholderWord(text) || isPlaceholderNumber(text))
    throw new CellError(`“${cell}” is a placeholder, not an ISBN.`, { isMissing: true })
  const withoutSuffix = text.replace(/\s*\([^()]*\)[\s:;,.]*$/, '')
  const isbn = parseIsbn(text)
  if (isbn !== null) {
    if (withoutSuffix === text) return { isbn, repairs: [] }
    return mended(cell, isbn, 'the text after the ISBN was cut off', options)
  }
  if (/^\d+(?:[.,]\d+)?e\+?\d+$/i.test(text))
    throw new CellError(
      `${text} was rounded by a spreadsheet. Format the column as text and enter the ISBN again.`,
    )
  return listedIsbn(text) ?? mendedNumber(cell, withoutSuffix, options)
}

/** The one book of a list such as `0441172717, 9780441172719`; null when the text is not a list of ISBNs. */
function listedIsbn(text: string): IsbnCell | null {
  const parts = text.split(/[,;|/]/).map((part) => part.trim())
  const isbns = parts.map((part) => parseIsbn(part))
  if (parts.length < 2 || isbns.includes(null)) return null
  const [isbn, ...others] = new Set(isbns)
  if (isbn == null || others.length > 0) throw new CellError(`“${text}” names several books.`)
  return { isbn, repairs: [] }
}

/** A number without the zeros or with the decimals that a spreadsheet makes of it. */
function mendedNumber(cell: string, text: string, options: RepairOptions): IsbnCell {
  // With more than one zero lost as well, it may be an ISBN in which a digit became a sign: 6865063910 and 68650639,0.
  const number = text.replace(/^(\d{9,10}|\d{13})[.,]0+$/, '$1')
  const digits = number.replace(/[\s\p{Dash}]/gu, '').toUpperCase()
  const isShort = /^\d*[\dX]$/.test(digits) && digits.length >= MIN_DIGITS && digits.length < 10
  const whole = isShort ? digits.padStart(10, '0') : number
  const isbn = parseIsbn(whole)
  if (isbn === null || isPlaceholderNumber(whole)) throw new CellError(describe(text, digits))
  const zeros = 10 - digits.length
  const decimals = 'the decimals of a number were cut off'
  const why = zeros === 1 ? 'the lost zero was put back' : `${zeros} lost zeros were put back`
  return mended(cell, isbn, isShort ? why : decimals, options)
}

function mended(from: string, isbn: string, why: string, options: RepairOptions): IsbnCell {
  return { isbn, repairs: [repaired({ from, to: isbn, why }, options)] }
}

function describe(text: string, digits: string): string {
  const isWhole = /^(?:97[89]\d{10}|\d{9}[\dX])$/.test(digits)
  if (isWhole) return `“${text}” is not a valid ISBN: its check digit is wrong. Correct it.`
  return `“${text}” is not an ISBN. An ISBN has 10 or 13 digits; the last one checks the others.`
}
