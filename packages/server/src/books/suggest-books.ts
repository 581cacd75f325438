import { isbnBeginning, parseIsbn, type BookSuggestInput, type BookSuggestions } from '@prebook/core'
import { findBookByIsbn, type BookRow } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { findBooks } from './find-books.ts'

/**
 * Suggests books while a query is being typed: the first results of `books.list`, and books whose ISBN begins as the query.
 *
 * @throws PrebookError `STORE_BUSY` when the search takes too long
 */
export async function suggestBooks(
  { services }: RequestContext,
  { query, limit }: BookSuggestInput,
): Promise<BookSuggestions> {
  const isbn = parseIsbn(query)
  const book = isbn === null ? undefined : await services.store.read((reader) => findBookByIsbn(reader, isbn))
  if (book !== undefined) return suggestions([book], null)
  const found = await findBooks(services, { query, limit })
  const beginning = isbnBeginning(query)
  const isExact = found.found.length > 0 && found.showingResultsFor === null
  if (beginning !== null && !isExact) {
    // As a word, of which it is the beginning.
    const withIsbn = await findBooks(services, { query: beginning, limit })
    if (withIsbn.showingResultsFor === null && withIsbn.found.length > 0)
      return suggestions(booksOf(withIsbn), null)
  }
  return suggestions(booksOf(found), found.showingResultsFor)
}

function booksOf({ found }: Awaited<ReturnType<typeof findBooks>>): BookRow[] {
  return found.map(({ book }) => book)
}

function suggestions(books: readonly BookRow[], showingResultsFor: string | null): BookSuggestions {
  const items = books.map(({ id, title, author, isbn, stock_quantity, withdrawn_at }) => ({
    id,
    title,
    author,
    isbn,
    inStock: stock_quantity > 0,
    withdrawn: withdrawn_at !== null,
  }))
  return { items, showingResultsFor }
}
