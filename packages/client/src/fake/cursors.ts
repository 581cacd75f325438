import { cursorText, pagesWith, readCursorText, type ListName } from '@prebook/core'

/** A page of rows in their order. Its cursor continues after its last row. */
export const page = pagesWith(btoa)

/** The rows of a list that shows the newest first, before a cursor. */
export function newestFirst<Row extends { id: number }>(
  list: ListName,
  rows: readonly Row[],
  cursor: string | null | undefined,
): Row[] {
  const beforeId = readCursor(list, cursor) ?? Infinity
  return rows.filter(({ id }) => id < beforeId).toReversed()
}

/** The cursor that continues a list after an id. */
export function cursorAfter(list: ListName, id: number): string {
  return btoa(cursorText(list, id))
}

/** The id that a cursor continues after, or null without a cursor. */
export function readCursor(list: ListName, cursor: string | null | undefined): number | null {
  return cursor == null ? null : readCursorText(list, decoded(cursor))
}

/** The text in a cursor; empty if it is none. */
export function decoded(cursor: string): string {
  try {
    return atob(cursor)
  } catch {
    return ''
  }
}
