import type { BookColumn, BooksOptions, ColumnMap } from '@prebook/book-files'

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
