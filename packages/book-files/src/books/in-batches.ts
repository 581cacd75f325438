import { limits } from '@prebook/core/limits'
import type { TableRow } from '../read-table.ts'
import type { BookColumn } from './book-columns.ts'
import type { ReadRow } from './read-book-row.ts'

/** A row of the file, and its parsed form. */
export type ReadFileRow = { at: TableRow<BookColumn>; read: ReadRow }

/** The most rows that the server accepts per request. */
const MAX_ROWS_PER_CALL = limits.importRows.max

/** The most bytes of rows per request, well below the body limit of the server. */
const MAX_BYTES_PER_CALL = 400_000

/** The most rows per batch: invalid rows are not sent, but should be reported without a long delay. */
const MAX_ROWS_PER_BATCH = 1_000

/** Groups rows into requests. Each batch also has the invalid rows between its valid ones, in file order. */
export async function* inBatches(rows: AsyncIterable<ReadFileRow>): AsyncGenerator<ReadFileRow[]> {
  let batch: ReadFileRow[] = []
  let good = 0
  let bytes = 0
  const encoder = new TextEncoder()
  const take = () => {
    const taken = batch
    batch = []
    good = 0
    bytes = 0
    return taken
  }
  for await (const row of rows) {
    const size = 'row' in row.read ? encoder.encode(JSON.stringify(row.read.row)).length : 0
    if (bytes > 0 && bytes + size > MAX_BYTES_PER_CALL) yield take()
    batch.push(row)
    bytes += size
    if ('row' in row.read) good += 1
    if (good === MAX_ROWS_PER_CALL || batch.length === MAX_ROWS_PER_BATCH) yield take()
  }
  if (batch.length > 0) yield batch
}
