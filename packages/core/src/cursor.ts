import { invalid, type PrebookError } from './errors.ts'
import { searchRanks, type SearchRank } from './search-query.ts'

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
  throw notACursor()
}

/** The refusal of a cursor of another list. */
export function notACursor(): PrebookError {
  return invalid(
    'cursor',
    'Must be the cursor that the previous page of this list returned. Omit it for the first page.',
  )
}

/**
 * The position of a book among the results of a search: by rank, then books that are in stock or waited for, then the others.
 * It holds when the book is restocked between two pages.
 */
export type SearchPosition = { rank: SearchRank; isWanted: boolean; id: number }

/** Where a search continues, and whether its words are corrected. */
export type SearchCursor = SearchPosition & { isCorrected: boolean }

/** What a search looks for. Its cursors continue no other search, where their position has another meaning. */
export type SearchedFor = { query: string; inStock?: boolean | undefined }

/** What the cursor of a catalogue search says. */
export function searchCursorText(
  { rank, isWanted, id, isCorrected }: SearchCursor,
  search: SearchedFor,
): string {
  const words = isCorrected ? 'corrected' : 'typed'
  return `found:${rank}:${isWanted ? 'wanted' : 'other'}:${words}:${id}:${checksum(search)}`
}

/**
 * Reads what {@link searchCursorText} wrote.
 *
 * @throws PrebookError `VALIDATION_ERROR` when it is not a cursor of this search
 */
export function readSearchCursorText(text: string, search: SearchedFor): SearchCursor {
  const [, named, group, words, id, sum] =
    /^found:(\w+):(wanted|other):(corrected|typed):([1-9]\d{0,15}):([a-z0-9]{1,7})$/.exec(text) ?? []
  const rank = searchRanks.find((name) => name === named)
  if (rank === undefined || sum !== checksum(search)) throw notACursor()
  return { rank, isWanted: group === 'wanted', isCorrected: words === 'corrected', id: Number(id) }
}

/** FNV-1a in 32 bits (http://www.isthe.com/chongo/tech/comp/fnv). It tells searches apart, and keeps nothing secret. */
function checksum({ query, inStock }: SearchedFor): string {
  const text = `${String(inStock)} ${query}`
  let sum = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1)
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193) >>> 0
  return sum.toString(36)
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
