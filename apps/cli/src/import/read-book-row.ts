import { InvalidArgumentError } from 'commander'
import type { RouterInputs } from '@prebook/client'
import type { Separator } from '../csv/separator.ts'
import type { TableRow } from '../csv/open-table.ts'
import { parseIsbnCell } from '../csv/isbn-cell.ts'
import { parsePriceArgument } from '../program/price.ts'
import { parseWholeNumber } from '../program/whole-number.ts'
import type { BookColumn } from './book-columns.ts'

/** A row as the API takes it. */
export type ImportedBook = RouterInputs['books']['import']['rows'][number]

/** Something wrong with a row: in which column, null when it is the row as a whole, and what. */
export type RowIssue = { column: BookColumn | null; message: string }

/** What a row of a file comes to. */
export type ReadRow = { row: ImportedBook } | { issues: RowIssue[] }

/**
 * Reads a row as far as a file is written otherwise than the API is: prices, numbers, and ISBNs that a spreadsheet took
 * for numbers. Everything else is for the server to judge. What is empty and may be is left out, so that an import never
 * takes a description away.
 */
export function readBookRow({ values, problem }: TableRow<BookColumn>, separator: Separator): ReadRow {
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
  const priceCents = read('price', (text) => parsePriceCell(text, separator))
  const stockQuantity = read('stock', (text) => (text === '' ? undefined : parseWholeNumber(text)))
  if (isbn === undefined || priceCents === undefined || issues.length > 0) return { issues }
  const row: ImportedBook = { title: values.title, author: values.author, isbn, priceCents }
  if (values.description !== '') row.description = values.description
  if (stockQuantity !== undefined) row.stockQuantity = stockQuantity
  return { row }
}

/** A price; where semicolons separate the columns, its decimal sign may be a comma. */
function parsePriceCell(text: string, separator: Separator): number {
  if (text === '') throw new InvalidArgumentError('Is missing.')
  return parsePriceArgument(text, separator === ';')
}
