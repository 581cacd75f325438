import { notACursor } from './cursor.ts'

/** A place in the list of overdue books: the day on which a book became due, such as `2026-03-31`, and its id. */
export type OverduePosition = { until: string; id: number }

/** What the cursor says that continues the list of overdue books after a place. */
export function overdueCursorText({ until, id }: OverduePosition): string {
  return `overdue:${until}:${id}`
}

/**
 * The place that a cursor of overdue books continues after. It names the day itself, because the last book of a page may have a new
 * date when the next page is read.
 *
 * @throws PrebookError `VALIDATION_ERROR` for a cursor of something else
 */
export function readOverdueCursor(text: string): OverduePosition {
  const [, until, id] = /^overdue:(\d{4}-\d\d-\d\d):([1-9]\d{0,15})$/.exec(text) ?? []
  if (until !== undefined) return { until, id: Number(id) }
  throw notACursor()
}
