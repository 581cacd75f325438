import { createHash } from 'node:crypto'

/**
 * The idempotency key of a line of a shipment. It is the same on every run, so that the line counts once. It excludes the
 * quantity: a line that was corrected after it was counted must be detected, not counted again.
 *
 * @param occurrence the position among the lines of this book, from 1: a title may come in two boxes
 */
export function lineKey(shipment: string, bookId: number, occurrence: number): string {
  return createHash('sha256')
    .update(JSON.stringify([shipment, bookId, occurrence]))
    .digest('base64url')
}

/** A line of a shipment as the change of its book. */
export function lineChange(
  shipment: string,
  bookId: number,
  { quantity, occurrence }: { quantity: number | null; occurrence: number },
): { bookId: number; delta: number; note: string; idempotencyKey: string } {
  return {
    bookId,
    delta: quantity ?? 0,
    note: lineNote(shipment, occurrence),
    idempotencyKey: lineKey(shipment, bookId, occurrence),
  }
}

/** The note of the line in the stock history. It distinguishes two lines of one book. */
export function lineNote(shipment: string, occurrence: number): string {
  return occurrence === 1 ? `Shipment ${shipment}` : `Shipment ${shipment}, line ${occurrence} of this book`
}
