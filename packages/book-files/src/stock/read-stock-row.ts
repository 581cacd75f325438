import { CellError } from '../cells/cell-error.ts'
import { readCopiesCell } from '../cells/copies-cell.ts'
import { readIsbnCell } from '../cells/isbn-cell.ts'
import type { CellRepair, RepairOptions } from '../cells/repair.ts'

/** A column of a file that gives a number of copies for each book. */
export type StockColumn = 'isbn' | 'id' | 'quantity'

/** A row of a delivery or a stock list: a book, and a number of copies. */
export type StockRow = {
  /** Its line number in the file. */
  line: number
  /** As 13 digits. */
  isbn: string | null
  id: number | null
  /** Copies. Null when it is invalid. */
  quantity: number | null
  /** Why the row cannot be used; null when no problem is known. */
  problem: string | null
  /** What was mended in the row. */
  repairs: CellRepair[]
}

/** Reads a row. Its book is known even if its number of copies is invalid. */
export function readStockRow(
  { line, values, problem }: { line: number; values: Record<StockColumn, string>; problem: string | null },
  options: RepairOptions = {},
): StockRow {
  const problems = problem === null ? [] : [problem]
  const read = <T>(column: StockColumn, parse: (text: string) => T): T | null => {
    try {
      return parse(values[column])
    } catch (error) {
      if (!(error instanceof CellError)) throw error
      problems.push(`${column}: ${error.message}`)
      return null
    }
  }
  const cell = values.isbn === '' ? null : read('isbn', (text) => readIsbnCell(text, options))
  const id = values.id === '' ? null : read('id', readId)
  if (values.isbn === '' && values.id === '') problems.push('Missing ISBN or ID.')
  const quantity = read('quantity', readCopiesCell)
  return {
    line,
    isbn: cell?.isbn ?? null,
    id,
    quantity,
    problem: problems.length === 0 ? null : problems.join(' '),
    repairs: cell?.repairs ?? [],
  }
}

function readId(text: string): number {
  const id = Number(/^#?(\d{1,16})$/.exec(text)?.[1] ?? 0)
  if (id >= 1 && Number.isSafeInteger(id)) return id
  throw new CellError(`“${text}” is not an ID.`)
}
