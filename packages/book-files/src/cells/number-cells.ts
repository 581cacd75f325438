import { CellError } from './cell-error.ts'

/**
 * Parses a whole number, 0 or more. The server checks its upper bound.
 *
 * @throws CellError
 */
export function parseWholeCell(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number
  throw new CellError('Use a whole number, 0 or more.')
}
