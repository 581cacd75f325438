import { setImmediate as turn } from 'node:timers/promises'

/** Rows that the first slice looks at, and the most that a later one does: some milliseconds of work on either engine. */
const SLICE_ROWS = { first: 250, most: 2_000 }

/** A stretch of a list: after one place and up to another, both null where the list begins and ends. */
export type Between<Place> = { after: Place | null; until: Place | null }

/**
 * Looks for rows that few may match, in the order of a list, giving way to other requests after each slice: a search that
 * finds nothing among a million rows would hold up everybody for most of a second.
 *
 * @param search.endOfSlice the place so many rows after another, or null when fewer are left
 * @param search.find at most `limit` matching rows of a stretch, in the order of the list
 */
export async function searchInSlices<Place, Row>(search: {
  after: Place | null
  limit: number
  endOfSlice: (after: Place | null, rows: number) => Promise<Place | null>
  find: (between: Between<Place>, limit: number) => Promise<Row[]>
}): Promise<Row[]> {
  const found: Row[] = []
  let { after } = search
  for (let rows = SLICE_ROWS.first; ; rows = Math.min(rows * 2, SLICE_ROWS.most)) {
    const until = await search.endOfSlice(after, rows)
    found.push(...(await search.find({ after, until }, search.limit - found.length)))
    if (until === null || found.length === search.limit) return found
    after = until
    await turn()
  }
}
