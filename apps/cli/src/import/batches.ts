import { limits } from '@prebook/client/limits'
import type { TableRow } from '../csv/open-table.ts'
import type { BookColumn } from './book-columns.ts'
import type { ReadRow } from './read-book-row.ts'

/** A row of the file, and what it comes to. */
export type FileRow = { at: TableRow<BookColumn>; read: ReadRow }

/** The most rows that the server takes at once. */
const ROWS_A_CALL = limits.importRows.max

/** The most text that goes into one call, in bytes: well below the largest body that the server reads. */
const BYTES_A_CALL = 400_000

/** Rows that are reported together at most: bad ones never reach the server, but somebody waits to hear of them. */
const ROWS_A_BATCH = 1_000

/** Puts rows together that go to the server in one call, with the bad ones that stand between them, in their order. */
export async function* inBatches(rows: AsyncIterable<FileRow>): AsyncGenerator<FileRow[]> {
  let batch: FileRow[] = []
  let good = 0
  let bytes = 0
  const take = () => {
    const taken = batch
    batch = []
    good = 0
    bytes = 0
    return taken
  }
  for await (const row of rows) {
    const size = 'row' in row.read ? Buffer.byteLength(JSON.stringify(row.read.row)) : 0
    if (bytes > 0 && bytes + size > BYTES_A_CALL) yield take()
    batch.push(row)
    bytes += size
    if ('row' in row.read) good += 1
    if (good === ROWS_A_CALL || batch.length === ROWS_A_BATCH) yield take()
  }
  if (batch.length > 0) yield batch
}
