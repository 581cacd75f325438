import { styleText } from 'node:util'
import { priceText } from '../program/price.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { describeList } from '../terminal/description-list.ts'
import { findBook, type Book } from './find-book.ts'
import { localTime } from '../terminal/local-time.ts'
import { outputWidth, print, printJson } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'
import { wrap } from '../terminal/text-width.ts'

/** `prebook books show`: shows the details of a book. */
export async function showBook(reference: string, options: GlobalOptions): Promise<void> {
  const book = await findBook(await connect(options), reference, options)
  if (options.json === true) return printJson(book)
  print(...describeBook(book))
}

function describeBook(book: Book): string[] {
  const paragraphs = book.description?.split('\n').map(plainText) ?? []
  return [
    styleText('bold', plainText(book.title)) + plain` by ${book.author} (#${book.id})`,
    ...describeList([
      ['ISBN', book.isbn === null ? null : plainText(book.isbn)],
      ['Price', plainText(priceText(book))],
      ['Stock', book.inStock ? plain`${book.stockQuantity}` : '0, available for pre-booking'],
      ['Added', localTime(book.createdAt)],
      ['Changed', localTime(book.updatedAt)],
    ]),
    ...(paragraphs.length === 0 ? [] : ['', ...paragraphs.flatMap((text) => wrap(text, outputWidth()))]),
  ]
}
