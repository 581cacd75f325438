import { InvalidArgumentError } from 'commander'

/**
 * An ISBN as it stands in a file. Whether it is one, the server says; this finds what a spreadsheet did to it.
 *
 * @throws InvalidArgumentError
 */
export function parseIsbnCell(text: string): string {
  if (text === '') throw new InvalidArgumentError('Is missing: the ISBN decides which book a row is about.')
  if (/^\d+([.,]\d+)?e\+?\d+$/i.test(text)) {
    throw new InvalidArgumentError(
      `${text} is a number that a spreadsheet rounded: format the column as text and enter the ISBN again.`,
    )
  }
  const digits = text.replace(/[\s-]/g, '')
  if (/^\d{1,8}[\dX]$/i.test(digits)) {
    throw new InvalidArgumentError(
      `${text} is too short: a spreadsheet drops leading zeros. With them it is ${digits.padStart(10, '0')}; ` +
        'format the column as text, so that they stay.',
    )
  }
  return text
}
