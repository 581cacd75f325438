import { InvalidArgumentError } from 'commander'

/**
 * Parses a whole number, 0 or more. The server checks its upper bound.
 *
 * @throws InvalidArgumentError
 */
export function parseWholeNumber(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number
  throw new InvalidArgumentError('Use a whole number, 0 or more.')
}

/**
 * Parses a whole number with an optional sign: `5`, `+5`, `-5`.
 *
 * @throws InvalidArgumentError
 */
export function parseDifference(text: string): number {
  const number = Number(text)
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(number)) return number
  throw new InvalidArgumentError('Use a whole number, such as 5 or -5.')
}
