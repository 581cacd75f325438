import { InvalidArgumentError } from 'commander'

/**
 * A whole number from 0. What more there is to say about its size, the server says.
 *
 * @throws InvalidArgumentError
 */
export function parseWholeNumber(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number
  throw new InvalidArgumentError('Give a whole number, 0 or more.')
}

/**
 * A whole number with a sign or without: `5`, `+5`, `-5`.
 *
 * @throws InvalidArgumentError
 */
export function parseDifference(text: string): number {
  const number = Number(text)
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(number)) return number
  throw new InvalidArgumentError('Give a whole number, such as 5 or -5.')
}
