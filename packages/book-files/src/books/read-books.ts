import { currenciesOf } from '../cells/currency-mark.ts'
import type { DecimalSign } from '../cells/price-cell.ts'
import { FileError } from '../file-error.ts'
import { currencyMarksOf } from '../header-names.ts'
import type { Table, TableRow } from '../read-table.ts'
import type { BookColumn } from './book-columns.ts'
import { openPrices } from './file-prices.ts'
import type { ReadFileRow } from './in-batches.ts'
import { lookAhead } from './look-ahead.ts'
import { readBookRow, type ReadRow } from './read-book-row.ts'
import { rememberBooks, type SeenBooks } from './seen-books.ts'

/** The rows whose prices show the decimal sign of a file. */
const SAMPLE_ROWS = 1_000

/** Long rows count more: a sample stays in memory. */
const SAMPLE_BYTES = 4_000_000

/** How the books of a file are read. */
export type BooksOptions = {
  /** The ISO 4217 code of the shop's currency. */
  currency: string
  /** Whether damaged cells are mended (default); otherwise their rows are refused. */
  repair?: boolean
  /** Whether rows without an ISBN are left out; otherwise they are refused (default). */
  placeholdersAsNone?: boolean
  /** The price of rows that have none, in minor units of the currency. */
  priceCents?: number | undefined
  /** The author of rows that have none. */
  author?: string | undefined
  /** The decimal sign of the prices; by default the one that they show. */
  decimal?: DecimalSign | undefined
}

/**
 * Reads the books of a file, each row with its problems or repairs. A row that says otherwise than an earlier one of the same ISBN is
 * refused. Reads the first 1,000 rows before it gives the first one.
 *
 * @throws FileError when the prices are in another currency; also what reading the rows throws
 */
export async function* readBooks(
  table: Table<BookColumn>,
  { repair = true, placeholdersAsNone = false, priceCents, author, decimal, currency }: BooksOptions,
): AsyncGenerator<ReadFileRow> {
  const { first, all } = await lookAhead(table.rows, isEnough)
  try {
    checkCurrency(table, currency)
    const prices = openPrices(
      first.map(({ values }) => values.price),
      { currency, given: decimal ?? null },
    )
    const seen = rememberBooks()
    const products = openProducts()
    for await (const at of all) {
      const whole = products.complete(at)
      const read: ReadRow =
        whole === null
          ? { skipped: 'It only has another image or variant of the product above.' }
          : readBookRow(whole, { prices, repair, placeholdersAsNone, priceCents, author })
      yield { at, read: refuseContradiction(seen, at.line, read) }
    }
  } finally {
    // An open file would keep the process alive.
    await all.return(undefined)
  }
}

function isEnough(rows: readonly TableRow<BookColumn>[]): boolean {
  return rows.length >= SAMPLE_ROWS || (rows.at(-1)?.bytes ?? 0) - (rows[0]?.bytes ?? 0) > SAMPLE_BYTES
}

/** @throws FileError when the header of the price names another currency */
function checkCurrency({ columns }: Table<BookColumn>, currency: string): void {
  const header = columns.get('price')?.header
  for (const mark of header === undefined ? [] : currencyMarksOf(header)) {
    if (currenciesOf(mark)?.includes(currency) !== false) continue
    throw new FileError(`The column “${header}” is not in ${currency}, the currency of the shop.`, {
      remedy: 'Convert the prices, or choose another column for them. Nothing was sent.',
    })
  }
}

function refuseContradiction(seen: SeenBooks, line: number, read: ReadRow): ReadRow {
  if (!('row' in read)) return read
  const message = seen.contradiction(read.row.isbn, read.row, line)
  return message === null ? read : { issues: [{ column: null, message }] }
}

/** What later rows of a product leave out, as in exports of Shopify: one row for each variant and each image. */
const SHARED = ['title', 'author', 'description'] as const

function openProducts() {
  let last: Record<BookColumn, string> | null = null
  return {
    /** Completes a row by the first one of its product. Null when the row has no book of its own. */
    complete(at: TableRow<BookColumn>): TableRow<BookColumn> | null {
      const { values } = at
      if (values.handle === '') return at
      if (last === null || values.title !== '' || values.handle !== last.handle) {
        last = values
        return at
      }
      if (values.isbn === '' && values.isbn13 === '') return at.problem === null ? null : at
      const completed = { ...values }
      for (const column of SHARED) completed[column] ||= last[column]
      return { ...at, values: completed }
    },
  }
}
