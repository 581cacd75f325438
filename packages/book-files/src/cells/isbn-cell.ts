import { CellError } from './cell-error.ts'

/**
 * Checks an ISBN from a file for damage by a spreadsheet. The server validates the rest.
 *
 * @throws CellError
 */
export function parseIsbnCell(text: string): string {
  if (text === '') throw new CellError('Required. The ISBN identifies the book.')
  if (/^\d+([.,]\d+)?e\+?\d+$/i.test(text)) {
    throw new CellError(
      `${text} was rounded by a spreadsheet. Format the column as text and enter the ISBN again.`,
    )
  }
  const digits = text.replace(/[\s-]/g, '')
  if (/^\d{1,8}[\dX]$/i.test(digits)) {
    throw new CellError(
      `${text} is too short because a spreadsheet removed leading zeros. The ISBN is ${digits.padStart(10, '0')}. ` +
        'Format the column as text to keep the zeros.',
    )
  }
  return text
}
