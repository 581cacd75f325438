import { styleText } from 'node:util'
import type { RouterInputs, RouterOutputs } from '@prebook/client'
import { formatPrice } from '@prebook/client/price'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { printJson, printTable, remark } from '../terminal/output.ts'
import { collectPages, type Extent } from './pages.ts'
import type { Column } from '../terminal/table.ts'

export type BooksListOptions = GlobalOptions &
  Extent & {
    query?: string
    inStock?: boolean
    outOfStock?: boolean
  }

type Book = RouterOutputs['books']['list']['items'][number]

/** `prebook books list`: the catalogue by title, as many pages of it as are asked for. */
export async function listBooks(options: BooksListOptions): Promise<void> {
  const { call } = await connect(options)
  const filter: RouterInputs['books']['list'] = {}
  if (options.query !== undefined) filter.query = options.query
  if (options.inStock === true) filter.inStock = true
  if (options.outOfStock === true) filter.inStock = false
  const page = await collectPages(
    (place) => call((client, request) => client.books.list.query({ ...filter, ...place }, request)),
    options,
  )
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return remark('No book fits.')
  printBooks(page.items)
  if (page.nextCursor !== null) remark('There are more: raise --limit, or add --all.')
}

function printBooks(books: Book[]): void {
  const columns: Column[] = [
    { header: 'Id', align: 'right' },
    { header: 'Title', shrinksTo: 12 },
    { header: 'Author', shrinksTo: 8, leftOut: 2 },
    { header: 'Price', align: 'right', leftOut: 1 },
    {
      header: 'Stock',
      align: 'right',
      style: (cell, row) => (books[row]?.inStock === false ? styleText('yellow', cell) : cell),
    },
    { header: 'ISBN', leftOut: 3 },
  ]
  const rows = books.map((book) => [
    String(book.id),
    book.title,
    book.author,
    formatPrice(book.priceCents),
    String(book.stockQuantity),
    book.isbn ?? '',
  ])
  printTable(columns, rows)
}
