import {
  readStockRow,
  stockListColumns,
  type CellRepair,
  type StockColumn,
  type Table,
} from '@prebook/book-files'
import { tableOptions, type FileOptions } from '../files/file-options.ts'
import { openTable } from '../files/open-file.ts'

/** A line of a stock list that can be compared: a book, and the copies that the list says it has. */
export type ListedLine = {
  line: number
  book: { isbn: string } | { bookId: number }
  quantity: number
}

/** A line that is refused, and why. */
export type RefusedLine = { line: number; isbn: string | null; problem: string }

/** A stock list as it was read, before anything is known of its books. */
export type StockList = {
  table: Table<StockColumn>
  lines: ListedLine[]
  refused: RefusedLine[]
  /** What was mended, in the order of the lines. */
  repairs: (CellRepair & { line: number })[]
}

/**
 * Reads a whole stock list, because it is compared before anything is changed. In a list with a column of ISBNs, ids are not read:
 * they may be those of another program.
 *
 * @throws CommandError `usage` when it cannot be read
 * @throws FileError when it has other columns
 */
export async function readStockList(file: string, options: FileOptions<StockColumn>): Promise<StockList> {
  const table = await openTable(file, stockListColumns, tableOptions(options))
  const hasIsbns = table.columns.has('isbn')
  const list: StockList = { table, lines: [], refused: [], repairs: [] }
  const byBook = new Map<string, ListedLine[]>()
  for await (const row of table.rows) {
    const values = hasIsbns ? { ...row.values, id: '' } : row.values
    const { line, isbn, id, quantity, problem, repairs } = readStockRow({ ...row, values })
    list.repairs.push(...repairs.map((repair) => ({ ...repair, line })))
    const book = isbn === null ? (id === null ? null : { bookId: id }) : { isbn }
    const sentence = problem ?? problemOf(quantity)
    if (book === null || quantity === null || sentence !== null) {
      list.refused.push({ line, isbn, problem: sentence ?? 'Missing ISBN or ID.' })
      continue
    }
    const listed = { line, book, quantity }
    const key = JSON.stringify(book)
    byBook.set(key, [...(byBook.get(key) ?? []), listed])
  }
  for (const lines of byBook.values()) addBook(list, lines)
  return list
}

function problemOf(quantity: number | null): string | null {
  if (quantity === null || quantity >= 0) return null
  return `quantity: ${quantity} is no stock. A list says how many copies there are: 0 or more. Count returns with \`prebook restock --file\`.`
}

/** Adds the lines of a book, unless they contradict each other: then none of them is known to be right. */
function addBook(list: StockList, lines: ListedLine[]): void {
  const [first] = lines
  if (first === undefined) return
  const other = lines.find(({ quantity }) => quantity !== first.quantity)
  if (other === undefined) {
    list.lines.push(...lines)
    return
  }
  for (const { line, book, quantity } of lines) {
    const against = quantity === first.quantity ? other : first
    const problem = `Contradicts line ${against.line}: ${quantity} here, ${against.quantity} there. Keep the right one.`
    list.refused.push({ line, isbn: 'isbn' in book ? book.isbn : null, problem })
  }
}
