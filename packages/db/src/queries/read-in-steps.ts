import { setImmediate as turn } from 'node:timers/promises'
import { assertInTime, searchDeadline } from './search-in-slices.ts'

/** Rows of the first step, which is enough for most pages. */
const FIRST_ROWS = 64

/** Rows of a later step: about two milliseconds of the event loop on SQLite. */
const MOST_ROWS = 1_000

/**
 * Reads a list in its order, in steps that grow, and yields to other requests after each. The caller stops when it has found
 * enough.
 *
 * @param read at most `limit` rows behind a row, or from the beginning
 * @throws PrebookError `STORE_BUSY` when the reading takes too long as a whole
 */
export async function* readInSteps<Row>(
  read: (after: Row | null, limit: number) => Promise<Row[]>,
): AsyncGenerator<Row> {
  const deadline = searchDeadline()
  let after: Row | null = null
  for (let rows = FIRST_ROWS; ; rows = Math.min(rows * 4, MOST_ROWS)) {
    const step: Row[] = await read(after, rows)
    yield* step
    after = step.at(-1) ?? null
    if (after === null || step.length < rows) return
    assertInTime(deadline)
    await turn()
  }
}
