import type { BookImportInput } from '@prebook/core'
import { CellError } from '../cells/cell-error.ts'
import { readIsbnCell } from '../cells/isbn-cell.ts'
import { parseWholeCell } from '../cells/number-cells.ts'
import { parsePriceCell, type FileForm } from '../cells/price-cell.ts'
import type { TableRow } from '../read-table.ts'
import type { BookColumn } from './book-columns.ts'

/** A row of an import, as the API accepts it. */
export type ImportedBook = BookImportInput['rows'][number]

/** A problem of a row; `column` is null when it concerns the whole row. */
export type RowIssue = { column: BookColumn | null; message: string }

/** A parsed row, or its problems. */
export type ReadRow = { row: ImportedBook } | { issues: RowIssue[] }

/**
 * Converts a row from its form in a file to that of the API: prices, numbers, and ISBNs damaged by a spreadsheet. The
 * server validates the rest. Empty optional values are omitted, so that an import never removes a description.
 */
export function readBookRow({ values, problem }: TableRow<BookColumn>, form: FileForm): ReadRow {
  if (problem !== null) return { issues: [{ column: null, message: problem }] }
  const issues: RowIssue[] = []
  const read = <T>(column: BookColumn, parse: (text: string) => T): T | undefined => {
    try {
      return parse(values[column])
    } catch (error) {
      if (!(error instanceof CellError)) throw error
      issues.push({ column, message: error.message })
      return undefined
    }
  }
  const isbn = read('isbn', (text) => readIsbnCell(text).isbn)
  const successor = values.successor === '' ? undefined : read('successor', (text) => readIsbnCell(text).isbn)
  const priceCents = read('price', (text) => parsePriceCell(text, form))
  const stockQuantity = read('stock', (text) => (text === '' ? undefined : parseWholeCell(text)))
  if (isbn === undefined || priceCents === undefined || issues.length > 0) return { issues }
  const row: ImportedBook = { title: values.title, author: values.author, isbn, priceCents }
  if (values.description !== '') row.description = values.description
  if (stockQuantity !== undefined) row.stockQuantity = stockQuantity
  if (values.expected !== '') row.expected = values.expected
  if (values.availability !== '') row.availability = values.availability
  if (successor !== undefined) row.successor = successor
  return { row }
}
