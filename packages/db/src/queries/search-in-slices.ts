import { setImmediate as turn } from 'node:timers/promises'
import type { Reader } from '../database.ts'

/** Rows in the first slice, and the maximum for later slices: a few milliseconds of work on either engine. */
const SLICE_ROWS = { first: 250, max: 2_000 }

/** A range of a list: after one key, up to and including another. Null is the beginning or the end of the list. */
export type Between<Key> = { after: Key | null; until: Key | null }

/**
 * Searches a list in slices, in its order, and yields to other requests after each. A search that finds nothing in a
 * million rows would otherwise block them for most of a second.
 *
 * @param search.endOfSlice the key that is `rows` rows after another key, or null when fewer rows are left
 * @param search.find at most `limit` matching rows of a range, in the order of the list
 */
export async function searchInSlices<Key, Row>(search: {
  after: Key | null
  limit: number
  endOfSlice: (after: Key | null, rows: number) => Promise<Key | null>
  find: (between: Between<Key>, limit: number) => Promise<Row[]>
}): Promise<Row[]> {
  const found: Row[] = []
  let { after } = search
  for (let rows = SLICE_ROWS.first; ; rows = Math.min(rows * 2, SLICE_ROWS.max)) {
    const until = await search.endOfSlice(after, rows)
    found.push(...(await search.find({ after, until }, search.limit - found.length)))
    if (until === null || found.length === search.limit) return found
    after = until
    await turn()
  }
}

/** For a list that is newest first: the id that is `rows` rows before another, or null when fewer are left. */
export async function idBefore(
  reader: Reader,
  table: 'audit_entries' | 'users',
  beforeId: number | null,
  rows: number,
): Promise<number | null> {
  let query = reader
    .selectFrom(table)
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .offset(rows - 1)
  if (beforeId !== null) query = query.where('id', '<', beforeId)
  return (await query.executeTakeFirst())?.id ?? null
}
