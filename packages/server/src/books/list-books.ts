import { parseIsbn, searchWords, type BookListInput, type BookPage } from '@prebook/core'
import { findBookByIsbn, listBooks as queryBooks, type BookRow, type Reader } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { presentBook } from './present-book.ts'

/**
 * Lists the catalogue, ordered by title. A query that is the ISBN of a book finds only that book.
 *
 * @throws PrebookError `STORE_BUSY` when the search takes too long
 */
export async function listBooks({ services }: RequestContext, input: BookListInput): Promise<BookPage> {
  const words = searchWords(input.query ?? '')
  const filter = {
    words,
    inStock: input.inStock,
    afterId: readCursor('books', input.cursor),
    limit: input.limit + 1,
  }
  // A query of signs only, which no title is searched for. Without words, every book would match.
  const findsNothing = words.length === 0 && (input.query ?? '') !== ''
  const rows = await services.store.read(
    async (reader) =>
      (await booksWithIsbn(reader, input)) ?? (findsNothing ? [] : await queryBooks(reader, filter)),
  )
  return page('books', rows, input.limit, presentBook, (row) => row.id)
}

/** All results for a query that is a book's ISBN, in any spelling; undefined for another query. */
async function booksWithIsbn(reader: Reader, input: BookListInput): Promise<BookRow[] | undefined> {
  const isbn = parseIsbn(input.query ?? '')
  const book = isbn === null ? undefined : await findBookByIsbn(reader, isbn)
  if (book === undefined) return undefined
  const matches = input.inStock === undefined || input.inStock === book.stock_quantity > 0
  // It fits on the first page.
  return matches && input.cursor === undefined ? [book] : []
}
