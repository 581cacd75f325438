import { invalid } from './errors.ts'

/** A paginated list. Each list accepts only its own cursors. */
export type ListName =
  | 'audit'
  | 'books'
  | 'deliveries'
  | 'movements'
  | 'prebooks'
  | 'redriven'
  | 'tokens'
  | 'users'
  | 'waiting'

/** What the cursor says that continues a list after an id. */
export function cursorText(list: ListName, id: number): string {
  return `${list}:${id}`
}

/**
 * The id that a cursor of a list continues after.
 *
 * @param text what the cursor says, see {@link cursorText}
 * @throws PrebookError `VALIDATION_ERROR` when it is not a cursor of this list
 */
export function readCursorText(list: ListName, text: string): number {
  const [name, id] = text.split(':')
  if (name === list && id !== undefined && /^[1-9]\d{0,15}$/.test(id)) return Number(id)
  throw invalid(
    'cursor',
    'Must be the cursor that the previous page of this list returned. Omit it for the first page.',
  )
}

/**
 * Creates the function that builds a page from up to `limit + 1` rows, with a cursor that continues after its last row.
 *
 * @param encode makes the text of a cursor opaque to clients
 */
export function pagesWith(encode: (text: string) => string) {
  return <Row, Item>(
    list: ListName,
    rows: Row[],
    limit: number,
    present: (row: Row) => Item,
    idOf: (row: Row) => number,
  ): { items: Item[]; nextCursor: string | null } => {
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    const more = rows.length > limit && last !== undefined
    return {
      items: shown.map(present),
      nextCursor: more ? encode(cursorText(list, idOf(last))) : null,
    }
  }
}
