import { buffer } from 'node:stream/consumers'
import {
  isScanList,
  readRecords,
  readScans,
  readStockRow,
  readTable,
  shipmentColumns,
  type FileRow,
  type StockColumn,
  type StockRow,
} from '@prebook/book-files'
import { remarks } from '../files/describe-table.ts'
import { tableOptions, type FileOptions } from '../files/file-options.ts'
import { openBytes } from '../files/open-file.ts'
import { printInfo } from '../terminal/output.ts'

/**
 * Reads a whole shipment file, because a shipment is planned before anything is counted: a table with a header, or a bare list of
 * scanned barcodes. How a table is read goes to standard error.
 *
 * @throws CommandError `usage` when it cannot be read
 * @throws FileError when it has other columns
 */
export async function readShipment(file: string, options: FileOptions<StockColumn>): Promise<StockRow[]> {
  const { bytes } = await openBytes(file)
  const content = await buffer(bytes)
  const records = await readRecords(once(content), tableOptions(options))
  const rows: FileRow[] = []
  for await (const row of records.rows) rows.push(row)
  if (rows[0] !== undefined && isScanList(rows[0])) return readScans(rows)
  const table = await readTable(once(content), content.length, shipmentColumns, tableOptions(options))
  for (const remark of remarks(table)) printInfo(remark)
  const lines: StockRow[] = []
  for await (const row of table.rows) lines.push(readStockRow(row))
  return lines
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}
