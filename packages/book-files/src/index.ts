export { parseIsbn } from '@prebook/core/isbn'
export { bookColumns, type BookColumn } from './books/book-columns.ts'
export { csvLine, UTF8_MARK, type Cell } from './lists/csv-text.ts'
export { inBatches, type ReadFileRow } from './books/in-batches.ts'
export type { ImportedBook, ReadRow, Repair, RowIssue } from './books/read-book-row.ts'
export { readBooks, type BooksOptions } from './books/read-books.ts'
export { CellError } from './cells/cell-error.ts'
export { readCopiesCell } from './cells/copies-cell.ts'
export { readIsbnCell, type IsbnCell } from './cells/isbn-cell.ts'
export type { CellRepair, RepairOptions } from './cells/repair.ts'
export { describePriceProblem, type DecimalSign } from './cells/price-cell.ts'
export {
  columnsHelp,
  type ColumnChoice,
  type ColumnMap,
  type FileColumn,
  type KnownColumns,
} from './columns.ts'
export { FileError } from './file-error.ts'
export { describeFormat, type FileFormat, type TextFormat, type WorkbookFormat } from './file-format.ts'
export type { FileRow } from './file-row.ts'
export { readRecords, type RecordOptions, type Records } from './read-records.ts'
export { readTable, type Table, type TableOptions, type TableRow } from './read-table.ts'
export { barcodeProblems, readBarcode, type Barcode } from './stock/barcode.ts'
export { batchColumns, type BatchColumn } from './stock/batch-columns.ts'
export { isScanList, readScans } from './stock/read-scans.ts'
export { readStockRow, type StockColumn, type StockRow } from './stock/read-stock-row.ts'
export { shipmentColumns } from './stock/shipment-columns.ts'
export { stockListColumns } from './stock/stock-list-columns.ts'
