import { notACursor } from './cursor.ts'

/**
 * How many copies to order of a book: one for every `readersPerCopy` readers who wait, rounded up. Not all of them will buy it, and the
 * shop says how many come to a copy. Nothing is subtracted, because a book that has waiting readers has no stock.
 */
export function copiesToOrder(waiting: number, readersPerCopy: number): number {
  return Math.ceil(waiting / readersPerCopy)
}

/** A place in the order list: how many waited when it was read, and the id of the waitlist. */
export type OrderPosition = { waiting: number; id: number }

/** The order of the list: most readers first, then the oldest waitlist. Negative if `a` comes first. */
export function compareInOrderList(a: OrderPosition, b: OrderPosition): number {
  return b.waiting - a.waiting || a.id - b.id
}

/** What the cursor says that continues the order list after a place. */
export function orderCursorText({ waiting, id }: OrderPosition): string {
  return `order:${waiting}:${id}`
}

/**
 * The place that a cursor of the order list continues after. It names the number of readers itself, because that of the last book of
 * a page may have changed when the next page is read.
 *
 * @throws PrebookError `VALIDATION_ERROR` for a cursor of something else
 */
export function readOrderCursor(text: string): OrderPosition {
  const [, waiting, id] = /^order:([1-9]\d{0,15}):([1-9]\d{0,15})$/.exec(text) ?? []
  if (waiting !== undefined) return { waiting: Number(waiting), id: Number(id) }
  throw notACursor()
}
