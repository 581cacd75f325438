import { PrebookError, type Book, type BookGetInput } from '@prebook/core'
import { findBook, findBookByIsbn } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { presentBook } from './present-book.ts'

/**
 * Returns a book by id or ISBN.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`
 */
export async function getBook({ services }: RequestContext, input: BookGetInput): Promise<Book> {
  const row = await services.store.read((reader) =>
    input.isbn === undefined ? findBook(reader, input.bookId) : findBookByIsbn(reader, input.isbn),
  )
  if (row === undefined) throw new PrebookError('BOOK_NOT_FOUND')
  return presentBook(services, row)
}
