import {
  parseIsbn,
  readSearchCursorText,
  searchCursorText,
  type BookListInput,
  type BookPage,
} from '@prebook/core'
import { findBookByIsbn, listBooks as queryBooks } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { decodeCursor, encodeCursor, page, readCursor } from '../cursor.ts'
import { findBooks } from './find-books.ts'
import { presentBook } from './present-book.ts'

/**
 * Lists the catalogue in the order of titles, or searches it. A query that is the ISBN of a book finds only that book.
 *
 * @throws PrebookError `STORE_BUSY` when the search takes too long
 */
export async function listBooks(context: RequestContext, input: BookListInput): Promise<BookPage> {
  const { query = '' } = input
  if (query === '') return { ...(await listCatalogue(context, input)), showingResultsFor: null }
  return (await bookWithIsbn(context, query, input)) ?? search(context, query, input)
}

async function listCatalogue({ services }: RequestContext, { inStock, cursor, limit }: BookListInput) {
  const filter = { inStock, afterId: readCursor('books', cursor), limit: limit + 1 }
  const rows = await services.store.read((reader) => queryBooks(reader, filter))
  return page(
    'books',
    rows,
    limit,
    (row) => presentBook(services, row),
    (row) => row.id,
  )
}

/** All results for a query that is a book's ISBN, in any spelling; undefined for another query. */
async function bookWithIsbn(
  { services }: RequestContext,
  query: string,
  { inStock, cursor }: BookListInput,
): Promise<BookPage | undefined> {
  const isbn = parseIsbn(query)
  if (isbn === null) return undefined
  const book = await services.store.read((reader) => findBookByIsbn(reader, isbn))
  if (book === undefined) return undefined
  const matches = inStock === undefined || inStock === book.stock_quantity > 0
  // It fits on the first page.
  const items = matches && cursor == null ? [presentBook(services, book)] : []
  return { items, nextCursor: null, showingResultsFor: null }
}

async function search(
  { services }: RequestContext,
  query: string,
  { inStock, cursor, limit }: BookListInput,
): Promise<BookPage> {
  const after = cursor == null ? null : readSearchCursorText(decodeCursor(cursor), { query, inStock })
  const { found, showingResultsFor } = await findBooks(services, { query, inStock, after, limit: limit + 1 })
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(({ book }) => presentBook(services, book)),
    nextCursor:
      found.length > limit && last !== undefined
        ? encodeCursor(
            searchCursorText({ ...last, isCorrected: showingResultsFor !== null }, { query, inStock }),
          )
        : null,
    showingResultsFor,
  }
}
