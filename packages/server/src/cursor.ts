import { cursorText, readCursorText, type ListName } from '@prebook/core'

/**
 * Builds a page from up to `limit + 1` rows, with a cursor that continues after its last row.
 * Cursors are opaque to clients: the name of the list and an id, in base64url.
 */
export function page<Row, Item>(
  list: ListName,
  rows: Row[],
  limit: number,
  present: (row: Row) => Item,
  idOf: (row: Row) => number,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    items: shown.map(present),
    nextCursor: more ? cursorAfter(list, idOf(last)) : null,
  }
}

/** The cursor that continues a list after an id. */
export function cursorAfter(list: ListName, id: number): string {
  return Buffer.from(cursorText(list, id)).toString('base64url')
}

/**
 * Returns the id that a cursor continues after, or null without a cursor.
 *
 * @throws PrebookError `VALIDATION_ERROR`
 */
export function readCursor(list: ListName, cursor: string | null | undefined): number | null {
  return cursor == null ? null : readCursorText(list, Buffer.from(cursor, 'base64url').toString())
}
