import { createHash } from 'node:crypto'

/**
 * The idempotency key of a line of a shipment: the same whenever the shipment is counted again, so that the line counts
 * once. The quantity is no part of it: a line that was counted and then corrected has to be noticed, not counted anew.
 *
 * @param turn which of the lines about this book it is, from 1: a title may come in two boxes
 */
export function lineKey(shipment: string, bookId: number, turn: number): string {
  return createHash('sha256')
    .update(JSON.stringify([shipment, bookId, turn]))
    .digest('base64url')
}

/** The note that the line leaves in the record of stock movements; of two lines about one book it tells which. */
export function lineNote(shipment: string, turn: number): string {
  return turn === 1 ? `Shipment ${shipment}` : `Shipment ${shipment}, line ${turn} of this book`
}
