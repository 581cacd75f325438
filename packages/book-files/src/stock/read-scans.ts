import { CellError } from '../cells/cell-error.ts'
import { readIsbnCell } from '../cells/isbn-cell.ts'
import type { FileRow } from '../file-row.ts'
import type { StockRow } from './read-stock-row.ts'

/** A row that a scanner wrote: digits only, perhaps with the X of an ISBN-10 or the hyphens of a printed one. */
const scanned = /^[\d-]{7,23}X?$/i

/** Whether a file is a bare list of barcodes: it has one column and no header. */
export function isScanList(first: Pick<FileRow, 'cells'>): boolean {
  const [cell = '', ...others] = first.cells
  return others.length === 0 && scanned.test(cell)
}

/**
 * Reads a list of scanned barcodes, one a line. Each is one copy, and repeats add up: a book has one row, with the line of its
 * first scan. A scanner loses no digits, so nothing is mended.
 */
export function readScans(rows: readonly FileRow[]): StockRow[] {
  const counts = new Map<string, StockRow>()
  const read: StockRow[] = []
  for (const { line, cells, problem } of rows) {
    const text = cells[0] ?? ''
    const row: StockRow = { line, isbn: null, id: null, quantity: 1, problem, repairs: [] }
    if (problem === null) Object.assign(row, readBarcode(text))
    const known = counts.get(row.isbn ?? text)
    if (known !== undefined && known.quantity !== null) known.quantity += 1
    else {
      counts.set(row.isbn ?? text, row)
      read.push(row)
    }
  }
  return read
}

function readBarcode(text: string): { isbn: string } | { problem: string } {
  try {
    return { isbn: readIsbnCell(text, { repair: false }).isbn }
  } catch (error) {
    if (!(error instanceof CellError)) throw error
    return { problem: isOtherArticle(text) ? notABook(text) : error.message }
  }
}

/** Whether a number is a valid EAN-13 (GS1 General Specifications, 7.9) that does not begin as an ISBN does. */
function isOtherArticle(text: string): boolean {
  if (!/^\d{13}$/.test(text) || /^97[89]/.test(text)) return false
  const sum = Array.from(text, (digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3))
  return sum.reduce((a, b) => a + b, 0) % 10 === 0
}

function notABook(text: string): string {
  return `“${text}” is the barcode of another article (EAN-13), not an ISBN.`
}
