import { problemIn, type FileRow } from '../file-row.ts'
import { barcodeProblems, readBarcode } from './barcode.ts'
import type { StockRow } from './read-stock-row.ts'

/** A row that a scanner wrote: digits, perhaps after their symbology, with the X of an ISBN-10 or the hyphens of a printed one. */
const scanned = /^(?:\][A-Z]\d)?[\d-]{7,23}X?$/i

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
  for (const row of rows) {
    const { line, cells } = row
    const problem = problemIn(row)
    const text = cells[0] ?? ''
    const barcode = readBarcode(text)
    const code = barcode?.code ?? text
    const known = counts.get(code)
    if (known !== undefined && known.quantity !== null) {
      known.quantity += 1
      continue
    }
    const isbn = barcode?.kind === 'isbn' && problem === null ? code : null
    const unknown = barcode === null || barcode.kind === 'isbn' ? null : barcodeProblems[barcode.kind]
    const why = problem ?? (unknown === null ? null : `“${text}”: ${unknown}`)
    const stockRow: StockRow = { line, isbn, id: null, quantity: 1, problem: why, repairs: [] }
    counts.set(code, stockRow)
    read.push(stockRow)
  }
  return read
}
