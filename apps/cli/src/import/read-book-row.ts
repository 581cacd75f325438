import { InvalidArgumentError } from 'commander'
import type { RouterInputs } from '@prebook/client'
import type { Separator } from '../csv/separator.ts'
import type { TableRow } from '../csv/open-table.ts'
import { parseIsbnCell } from '../csv/isbn-cell.ts'
import { parsePriceArgument } from '../program/price.ts'
import { parseWholeNumber } from '../program/whole-number.ts'
import type { BookColumn } from './book-columns.ts'

/** A row of an import, as the API accepts it. */
export type ImportedBook = RouterInputs['books']['import']['rows'][number]

/** A problem of a row; `column` is null when it concerns the whole row. */
export type RowIssue = { column: BookColumn | null; message: string }

/** What the cells of a file depend on: its separator, and the currency of the shop. */
export type FileForm = { separator: Separator; currency: string }

/** A parsed row, or its problems. */
export type ReadRow = { row: ImportedBook } | { issues: RowIssue[] }

/**
 * Converts a row from its form in a file to that of the API: prices, numbers, and ISBNs damaged by a spreadsheet. The
 * server validates the rest. Empty optional values are omitted, so that an import never removes a description.
 */
export function readBookRow(
  { values, problem }: TableRow<BookColumn>,
  { separator, currency }: FileForm,
): ReadRow {
  if (problem !== null) return { issues: [{ column: null, message: problem }] }
  const issues: RowIssue[] = []
  const read = <T>(column: BookColumn, parse: (text: string) => T): T | undefined => {
    try {
      return parse(values[column])
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error
      issues.push({ column, message: error.message })
      return undefined
    }
  }
  const isbn = read('isbn', parseIsbnCell)
  const successor = values.successor === '' ? undefined : read('successor', parseIsbnCell)
  const priceCents = read('price', (text) => parsePriceCell(text, { separator, currency }))
  const stockQuantity = read('stock', (text) => (text === '' ? undefined : parseWholeNumber(text)))
  if (isbn === undefined || priceCents === undefined || issues.length > 0) return { issues }
  const row: ImportedBook = { title: values.title, author: values.author, isbn, priceCents }
  if (values.description !== '') row.description = values.description
  if (stockQuantity !== undefined) row.stockQuantity = stockQuantity
  if (values.expected !== '') row.expected = values.expected
  if (values.availability !== '') row.availability = values.availability
  if (successor !== undefined) row.successor = successor
  return { row }
}

/** Parses a price. In a file separated by semicolons, the decimal separator may be a comma. */
function parsePriceCell(text: string, { separator, currency }: FileForm): number {
  if (text === '') throw new InvalidArgumentError('Required.')
  return parsePriceArgument(text, currency, separator === ';')
}
