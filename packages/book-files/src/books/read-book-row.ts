import type { BookImportInput } from '@prebook/core'
import { CellError } from '../cells/cell-error.ts'
import { readCopiesCell } from '../cells/copies-cell.ts'
import { readIsbnCell } from '../cells/isbn-cell.ts'
import type { CellRepair } from '../cells/repair.ts'
import { readTextCell } from '../cells/text-cell.ts'
import type { TableRow } from '../read-table.ts'
import type { BookColumn } from './book-columns.ts'
import type { FilePrices } from './file-prices.ts'

/** A row of an import, as the API accepts it. */
export type ImportedBook = BookImportInput['rows'][number]

/** A problem of a row; `column` is null when it concerns the whole row. */
export type RowIssue = { column: BookColumn | null; message: string }

/** What was mended in a row. */
export type Repair = CellRepair & { column: BookColumn }

/** A parsed row, its problems, or why it is left out. */
export type ReadRow = { row: ImportedBook; repairs?: Repair[] } | { issues: RowIssue[] } | { skipped: string }

/** What the rows of a file have in common, and what is done with damaged cells. */
export type RowOptions = {
  prices: FilePrices
  /** Whether damaged cells are mended. Otherwise, their rows are refused. */
  repair: boolean
  /** Whether a row without an ISBN is left out. Otherwise, it is refused. */
  placeholdersAsNone: boolean
  /** The price of rows that have none, in minor units, and their author. */
  priceCents: number | undefined
  author: string | undefined
}

/**
 * Converts a row from its form in a file to that of the API. The server validates the rest. Empty values are left out, so that an
 * import never removes a description, and a known book keeps what its row does not say.
 */
export function readBookRow(
  { values, problem }: Pick<TableRow<BookColumn>, 'values' | 'problem'>,
  options: RowOptions,
): ReadRow {
  if (problem !== null) return { issues: [{ column: null, message: problem }] }
  const cells = openCells(values, options)
  const isbn = readIsbn(values, cells)
  if (isbn === null && options.placeholdersAsNone) return { skipped: 'It has no ISBN.' }
  if (isbn === null)
    cells.refuse(
      'isbn',
      values.isbn || values.isbn13
        ? `“${values.isbn || values.isbn13}” is a placeholder, not an ISBN.`
        : 'Required. The ISBN identifies the book.',
    )
  const successor = cells.read('successor', (text) => readIsbnCell(text, options))
  const row = {
    title: cells.readText('title'),
    author: cells.readText('author') ?? options.author,
    isbn: isbn ?? '',
    priceCents: cells.read('price', (text) => options.prices.read(text)) ?? options.priceCents,
    description: cells.readText('description'),
    stockQuantity: cells.read('stock', readStock),
    expected: values.expected || undefined,
    availability: values.availability || undefined,
    successor: successor?.isbn,
  }
  if (cells.issues.length > 0) return { issues: cells.issues }
  const given = Object.entries(row).filter(([, value]) => value !== undefined)
  // Only the names of fields that may be left out are gone.
  const book = Object.fromEntries(given) as ImportedBook
  return cells.repairs.length === 0 ? { row: book } : { row: book, repairs: cells.repairs }
}

function openCells(values: Record<BookColumn, string>, options: RowOptions) {
  const issues: RowIssue[] = []
  const repairs: Repair[] = []
  const refuse = (column: BookColumn, message: string) => void issues.push({ column, message })
  const note = (column: BookColumn, made: CellRepair[]) =>
    void repairs.push(...made.map((each) => ({ column, ...each })))
  const read = <T>(column: BookColumn, parse: (text: string) => T): T | undefined => {
    try {
      return values[column] === '' ? undefined : parse(values[column])
    } catch (error) {
      if (!(error instanceof CellError)) throw error
      refuse(column, error.message)
      return undefined
    }
  }
  const readText = (column: 'title' | 'author' | 'description') =>
    read(column, (cell) => {
      const { text, repairs: made } = readTextCell(cell, {
        repair: options.repair,
        tags: column === 'description',
      })
      note(column, made)
      return text === '' ? undefined : text
    })
  return { issues, repairs, refuse, note, read, readText, repair: options.repair }
}

/** The ISBN of a row by its two columns; null when both are empty or placeholders, undefined when it is refused. */
function readIsbn(
  values: Record<BookColumn, string>,
  cells: ReturnType<typeof openCells>,
): string | null | undefined {
  const before = cells.issues.length
  const readColumn = (column: 'isbn' | 'isbn13') =>
    cells.read(column, (text) => {
      try {
        const { isbn, repairs } = readIsbnCell(text, { repair: cells.repair })
        cells.note(column, repairs)
        return isbn
      } catch (error) {
        if (error instanceof CellError && error.isMissing) return undefined
        throw error
      }
    })
  const isbn13 = readColumn('isbn13')
  const isbn = readColumn('isbn')
  if (cells.issues.length > before) return undefined
  if (isbn !== undefined && isbn13 !== undefined && isbn !== isbn13)
    cells.refuse('isbn', `“${values.isbn}” and “${values.isbn13}” are two books.`)
  return isbn13 ?? isbn ?? null
}

function readStock(text: string): number {
  const copies = readCopiesCell(text)
  if (copies < 0) throw new CellError(`“${text}” is below 0. Use a whole number, 0 or more.`)
  return copies
}
