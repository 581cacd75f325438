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
