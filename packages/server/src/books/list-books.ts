import { searchWords, type BookListInput, type BookPage } from '@prebook/core'
import { listBooks as queryBooks } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { presentBook } from './present-book.ts'

/** Lists the catalogue, ordered by title. */
export async function listBooks({ services }: RequestContext, input: BookListInput): Promise<BookPage> {
  const filter = {
    words: searchWords(input.query ?? ''),
    inStock: input.inStock,
    afterId: readCursor('books', input.cursor),
    limit: input.limit + 1,
  }
  const rows = await services.store.read((reader) => queryBooks(reader, filter))
  return page('books', rows, input.limit, presentBook, (row) => row.id)
}
