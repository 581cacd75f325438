import type { RouterInputs } from '@prebook/client'
import { parsePriceOption, priceText } from '../program/price.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { print, printJson } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'

export type BooksAddOptions = GlobalOptions & {
  title: string
  author: string
  price: string
  isbn?: string
  description?: string
  stock?: number
}

/** `prebook books add`: adds a book to the catalogue. */
export async function addBook(options: BooksAddOptions): Promise<void> {
  const { call } = await connect(options)
  const { currency } = await call((client, request) => client.shop.get.query(undefined, request))
  const input: RouterInputs['books']['create'] = {
    title: options.title,
    author: options.author,
    priceCents: parsePriceOption(options.price, currency),
    isbn: options.isbn ?? null,
    description: options.description ?? null,
    stockQuantity: options.stock ?? 0,
  }
  const book = await call((client, request) => client.books.create.mutate(input, request))
  if (options.json === true) return printJson(book)
  const { id, title, author, stockQuantity } = book
  print(plain`Added #${id}: ${title} by ${author}, ${priceText(book)}, ${stockQuantity} in stock.`)
}
