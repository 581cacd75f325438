import { CommandError } from '../program/command-error.ts'

/** The longest name of a shipment; it becomes part of the note of each movement. */
const LONGEST = 100

/**
 * The name of a shipment, spelled as the server keeps notes: what tells two shipments apart has to be the same on
 * every run.
 *
 * @throws CommandError `usage`
 */
export function parseShipmentName(text: string): string {
  const name = text.trim().normalize('NFC')
  if (name !== '' && name.length <= LONGEST && name.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(name))
    return name
  throw new CommandError('usage', `--shipment needs a name on one line, of at most ${LONGEST} characters.`, {
    remedy: 'The number of the packing slip does: it names this shipment, and no other.',
  })
}
