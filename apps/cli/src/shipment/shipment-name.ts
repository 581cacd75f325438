import { CommandError } from '../program/command-error.ts'

/** The longest name of a shipment. It becomes part of the note of each movement. */
const MAX_LENGTH = 100

/**
 * Parses the name of a shipment into the form in which the server stores notes, so that it is the same on every run.
 *
 * @throws CommandError `usage`
 */
export function parseShipmentName(text: string): string {
  const name = text.trim().normalize('NFC')
  if (name !== '' && name.length <= MAX_LENGTH && name.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(name))
    return name
  throw new CommandError('usage', `--shipment must be a single line of 1 to ${MAX_LENGTH} characters.`, {
    remedy: 'Use a name that is unique to this shipment, such as its packing slip number.',
  })
}
