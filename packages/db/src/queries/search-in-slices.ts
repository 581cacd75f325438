import { setImmediate as turn } from 'node:timers/promises'
import { PrebookError } from '@prebook/core'
import type { Reader } from '../database.ts'

/**
 * Rows in the largest slices. On SQLite one blocks the event loop for about four milliseconds. On PostgreSQL smaller ones
 * would cost more in round trips than in reading.
 */
const MOST_ROWS = 16_000

/**
 * How long a search may take as a whole, in milliseconds. Reading a million books to the end takes about one second. After
 * five, few readers still wait, and their searches would only slow down everything else.
 */
const SEARCH_LIMIT_MS = 5_000

/** More than the client waits before it repeats a query: the same search would take as long again. */
const RETRY_AFTER_SECONDS = 10

/**
 * Searches a list slice by slice, in its order, until `limit` rows are found, and yields to other requests after each
 * slice. Without yields, a search that finds nothing in a million rows would block them for half a second.
 *
 * @param search.slices the parts of the list, in its order
 * @param search.find at most `limit` matching rows of a slice, in the order of the list. Its statement must read no more
 *   than the slice
 * @throws PrebookError `STORE_BUSY` when the whole search takes longer than {@link SEARCH_LIMIT_MS}
 */
export async function searchInSlices<Slice, Row>(search: {
  slices: Iterable<Slice> | AsyncIterable<Slice>
  limit: number
  find: (slice: Slice, limit: number) => Promise<Row[]>
}): Promise<Row[]> {
  const found: Row[] = []
  const deadline = searchDeadline()
  for await (const slice of search.slices) {
    assertInTime(deadline)
    found.push(...(await search.find(slice, search.limit - found.length)))
    if (found.length === search.limit) break
    await turn()
  }
  return found
}

/** When a search that begins now must have ended. */
export function searchDeadline(): number {
  return performance.now() + SEARCH_LIMIT_MS
}

/**
 * Ends a search that takes too long.
 *
 * @throws PrebookError `STORE_BUSY` after the deadline
 */
export function assertInTime(deadline: number): void {
  if (performance.now() <= deadline) return
  throw new PrebookError('STORE_BUSY', {
    message: 'This search takes too long. Enter more of what you are looking for, or try again later.',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause: new Error(`A search did not end within ${SEARCH_LIMIT_MS} ms.`),
  })
}

/** A range of ids: before one, down to and including another. */
export type IdSlice = { before: number; downTo: number }

/**
 * Slices of a list that is newest first, before the id `beforeId`. Rows of these tables are never deleted, so a range of ids
 * has about as many rows, and no statement has to find where it ends.
 */
export async function idSlices(
  reader: Reader,
  table: 'audit_entries' | 'users',
  beforeId: number | null,
): Promise<Iterable<IdSlice>> {
  const newest = await newestId(reader, table)
  return idsDown(Math.min(beforeId ?? Infinity, newest + 1))
}

/** Ids in the first slice, which is enough for most pages. */
const FIRST_IDS = 250

function* idsDown(from: number): Generator<IdSlice> {
  let before = from
  for (let ids = FIRST_IDS; before > 1; ids = Math.min(ids * 2, MOST_ROWS)) {
    yield { before, downTo: before - ids }
    before -= ids
  }
}

/** The highest id of a table, or 0. */
export async function newestId(reader: Reader, table: 'audit_entries' | 'books' | 'users'): Promise<number> {
  const row = await reader
    .selectFrom(table)
    .select((eb) => eb.fn.max<number | null>('id').as('newest'))
    .executeTakeFirst()
  return row?.newest ?? 0
}
