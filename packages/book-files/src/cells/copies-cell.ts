import { CellError } from './cell-error.ts'
import { isPlaceholderWord } from './placeholder.ts'
import { withoutTextMarks } from './spreadsheet-text.ts'

/**
 * Reads a number of copies: whole, with a sign if it has one, as `5`, `+5`, `-2`, `5.0` or `5,00`. The server checks its bounds.
 *
 * @throws CellError when the text is not a whole number of one meaning; `isMissing` when it is empty or a placeholder
 */
export function readCopiesCell(cell: string): number {
  const text = withoutTextMarks(cell).replace(/^[−–]/, '-')
  if (text === '') throw new CellError('Required. Use a whole number of copies.', { isMissing: true })
  if (isPlaceholderWord(text) && !/^0+$/.test(text))
    throw new CellError(`“${cell}” is not a number of copies.`, { isMissing: true })
  const whole = /^([+-]?\d+)(?:[.,]0{1,2})?$/.exec(text)?.[1]
  const copies = Number(whole)
  if (whole !== undefined && Number.isSafeInteger(copies)) return copies === 0 ? 0 : copies
  throw new CellError(`“${cell}” ${describe(text)}`)
}

function describe(text: string): string {
  const plain = 'Use a whole number, such as 12.'
  if (/^[+-]?\d{1,3}(?:[.,]\d{3})+$/.test(text)) {
    const digits = text.replace(/[.,]/g, '')
    const isSingle = text.split(/[.,]/).length === 2
    return isSingle
      ? `can mean ${digits} or ${Number(text.replace(',', '.'))}. Write ${digits} without a separator.`
      : `has separators between its digits. Write ${digits}.`
  }
  if (/^[+-]?\d+[.,]\d+$/.test(text)) return `is not a whole number of copies. ${plain}`
  if (/^\d+(?:[.,]\d+)?e[+-]?\d+$/i.test(text)) return `was rounded by a spreadsheet. ${plain}`
  if (/^[<>≥≤~]|\+$/.test(text)) return `is a bound, not a number of copies. ${plain}`
  if (/^\d+\s*\p{L}/u.test(text)) return `has text after the number. ${plain}`
  if (/^\(\d+\)$|^\d+-$/.test(text)) return 'is not a number of copies. Write a negative number as -2.'
  return `is not a number of copies. ${plain}`
}
