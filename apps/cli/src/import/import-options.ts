import { InvalidArgumentError } from 'commander'
import { bookColumns, type BookColumn, type BooksOptions, type ColumnMap } from '@prebook/book-files'

/** Which header is read as which column. */
export type BookMap = ColumnMap<BookColumn>

/** What a person decides about a file, from the command line or from a profile. */
export type ImportChoices = {
  map?: BookMap
  encoding?: string
  decimal?: 'point' | 'comma'
  repair?: 'all' | 'none'
  placeholders?: 'refuse' | 'as-none'
  price?: string
  author?: string
}

/**
 * Adds a value of `--map`, such as `price=RRP inc VAT`. With nothing after the sign, the column is not read.
 *
 * @throws InvalidArgumentError
 */
export function parseMapOption(text: string, before: BookMap = {}): BookMap {
  const [, name = '', header = ''] = /^\s*([a-z0-9]+)\s*=(.*)$/is.exec(text) ?? []
  const column = bookColumns.known.find((each) => each.name === name.toLowerCase())
  const names = bookColumns.known.map((each) => each.name).join(', ')
  if (column === undefined)
    throw new InvalidArgumentError(`Use the form price="Header of the file". Columns: ${names}.`)
  return { ...before, [column.name]: header.trim() === '' ? null : header.trim() }
}

/** How the rows are read, without the currency and the price, which depend on the shop. */
export function rowOptions(choices: ImportChoices): Omit<BooksOptions, 'currency' | 'priceCents'> {
  const { decimal, repair, placeholders, author } = choices
  return {
    decimal: decimal === undefined ? undefined : decimal === 'comma' ? ',' : '.',
    repair: repair !== 'none',
    placeholdersAsNone: placeholders === 'as-none',
    author,
  }
}
