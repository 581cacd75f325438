import { styleText } from 'node:util'
import type { RouterInputs, RouterOutputs } from '@prebook/client'
import { priceText } from '../program/price.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { printJson, printTable, printInfo } from '../terminal/output.ts'
import { outlook } from './describe-book.ts'
import { collectPages, type ListOptions, type Paging } from './pages.ts'
import { printCsv } from './print-csv.ts'
import type { Column } from '../terminal/table.ts'

export type BooksListOptions = GlobalOptions &
  ListOptions & {
    query?: string
    inStock?: boolean
    outOfStock?: boolean
  }

type Book = RouterOutputs['books']['list']['items'][number]

/** `prebook books list`: lists books by title. */
export async function listBooks(options: BooksListOptions): Promise<void> {
  const { call } = await connect(options)
  const filter: RouterInputs['books']['list'] = {}
  if (options.query !== undefined) filter.query = options.query
  if (options.inStock === true) filter.inStock = true
  if (options.outOfStock === true) filter.inStock = false
  const fetchPage = (paging: Paging) =>
    call((client, request) => client.books.list.query({ ...filter, ...paging }, request))
  if (options.csv === true) return printCsv('books', fetchPage, options)
  const page = await collectPages(fetchPage, options)
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return printInfo('No matching books.')
  if (typeof page.showingResultsFor === 'string')
    printInfo(`Showing results for “${page.showingResultsFor}”.`)
  printBooks(page.items)
  if (page.nextCursor !== null) printInfo('There are more entries. Use --limit <n> or --all to show them.')
}

function printBooks(books: Book[]): void {
  const columns: Column[] = [
    { header: 'ID', align: 'right' },
    { header: 'Title', minWidth: 12 },
    { header: 'Author', minWidth: 8, dropOrder: 3 },
    { header: 'Price', align: 'right', dropOrder: 1 },
    {
      header: 'Stock',
      align: 'right',
      style: (cell, row) => (books[row]?.inStock === false ? styleText('yellow', cell) : cell),
    },
    { header: 'Outlook', dropOrder: 2 },
    { header: 'ISBN', dropOrder: 4 },
  ]
  const rows = books.map((book) => [
    String(book.id),
    book.title,
    book.author,
    priceText(book),
    String(book.stockQuantity),
    outlook(book),
    book.isbn ?? '',
  ])
  printTable(columns, rows)
}
