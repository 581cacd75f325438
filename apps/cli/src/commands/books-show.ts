import { formatExpectedDate } from '@prebook/client/expected-date'
import { styleText } from 'node:util'
import { priceText } from '../program/price.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { describeList } from '../terminal/description-list.ts'
import { bookLabel } from './describe-book.ts'
import { findBook, type Book } from './find-book.ts'
import { localTime } from '../terminal/local-time.ts'
import { outputWidth, print, printJson } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'
import { wrap } from '../terminal/text-width.ts'

/** `prebook books show`: shows the details of a book. */
export async function showBook(reference: string, options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const book = await findBook(connection, reference, options)
  if (options.json === true) return printJson(book)
  const { successorId } = book
  const successor =
    successorId === null
      ? null
      : await connection.call((client, request) => client.books.get.query({ bookId: successorId }, request))
  print(...describeBook(book, successor))
}

function describeBook(book: Book, successor: Book | null): string[] {
  const paragraphs = book.description?.split('\n').map(plainText) ?? []
  return [
    styleText('bold', plainText(book.title)) + plain` by ${book.author} (#${book.id})`,
    ...describeList([
      ['ISBN', book.isbn === null ? null : plainText(book.isbn)],
      ['Price', plainText(priceText(book))],
      ['Stock', stockText(book)],
      [
        'Due',
        book.inStock || book.expectedOn === null ? null : plainText(formatExpectedDate(book.expectedOn)),
      ],
      ['Withdrawn', book.withdrawnAt === null ? null : localTime(book.withdrawnAt)],
      ['Successor', successor === null ? null : bookLabel(successor)],
      ['Added', localTime(book.createdAt)],
      ['Changed', localTime(book.updatedAt)],
    ]),
    ...(paragraphs.length === 0 ? [] : ['', ...paragraphs.flatMap((text) => wrap(text, outputWidth()))]),
  ]
}

function stockText({ inStock, stockQuantity, withdrawnAt }: Book): string {
  if (inStock) return plain`${stockQuantity}`
  return withdrawnAt === null ? '0, available for pre-booking' : '0, cannot be pre-booked'
}
