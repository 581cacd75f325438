import { styleText } from 'node:util'
import type { RouterInputs, RouterOutputs } from '@prebook/client'
import { connect, type Connection, type GlobalOptions } from '../connect.ts'
import { outputWidth, print, printJson, remark } from '../output.ts'
import { formatPrice } from '../price.ts'
import { renderTable, type Column } from '../table.ts'

export type BooksListOptions = GlobalOptions & {
  query?: string
  inStock?: boolean
  outOfStock?: boolean
  limit?: number
  all?: boolean
}

type BookPage = RouterOutputs['books']['list']

/** Books when nobody says how many, and the most that the server gives at once. */
const DEFAULT_BOOKS = 50
const BOOKS_A_PAGE = 100

/** `prebook books list`: the catalogue by title, as many pages of it as are asked for. */
export async function listBooks(options: BooksListOptions): Promise<void> {
  const connection = await connect(options)
  const page = await collect(connection, options)
  if (options.json === true) return printJson(page)
  if (page.items.length === 0) return remark('No book fits.')
  print(...table(page.items))
  if (page.nextCursor !== null) remark('There are more: raise --limit, or add --all.')
}

async function collect({ call }: Connection, options: BooksListOptions): Promise<BookPage> {
  const filter: RouterInputs['books']['list'] = {}
  if (options.query !== undefined) filter.query = options.query
  if (options.inStock === true) filter.inStock = true
  if (options.outOfStock === true) filter.inStock = false

  const wanted = options.all === true ? Infinity : (options.limit ?? DEFAULT_BOOKS)
  const items: BookPage['items'] = []
  let cursor: string | null = null
  do {
    const limit = Math.min(BOOKS_A_PAGE, wanted - items.length)
    const input: RouterInputs['books']['list'] = { ...filter, limit, cursor }
    const page: BookPage = await call((client, request) => client.books.list.query(input, request))
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null && items.length < wanted)
  return { items, nextCursor: cursor }
}

function table(books: BookPage['items']): string[] {
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
  return renderTable(columns, rows, {
    width: outputWidth(),
    styleHeader: (header) => styleText('bold', header),
  })
}
