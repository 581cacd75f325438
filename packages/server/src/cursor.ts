import { cursorText, pagesWith, readCursorText, type ListName } from '@prebook/core'

/** Makes a text opaque to clients, in base64url. */
export function encodeCursor(text: string): string {
  return Buffer.from(text).toString('base64url')
}

/** The text in a cursor, or in what a client sent instead of one. */
export function decodeCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString()
}

/** Builds a page from up to `limit + 1` rows, with a cursor that continues after its last row. */
export const page = pagesWith(encodeCursor)

/** The cursor that continues a list after an id. */
export function cursorAfter(list: ListName, id: number): string {
  return encodeCursor(cursorText(list, id))
}

/**
 * Returns the id that a cursor continues after, or null without a cursor.
 *
 * @throws PrebookError `VALIDATION_ERROR`
 */
export function readCursor(list: ListName, cursor: string | null | undefined): number | null {
  return cursor == null ? null : readCursorText(list, decodeCursor(cursor))
}
