import { isbnBeginning, type BookListInput, type BookSuggestInput, type BookSuggestions } from '@prebook/core'
import { listBooks } from './books.ts'
import type { Call } from './callers.ts'

/** The first results of a search, and books whose ISBN begins as the query. */
export async function suggestBooks(call: Call, { query, limit }: BookSuggestInput): Promise<BookSuggestions> {
  if (query === '') return { items: [], showingResultsFor: null }
  const found = await search(call, { query, limit })
  const beginning = isbnBeginning(query)
  const isExact = found.items.length > 0 && found.showingResultsFor === null
  if (beginning === null || isExact) return found
  const withIsbn = await search(call, { query: beginning, limit })
  return withIsbn.items.length > 0 && withIsbn.showingResultsFor === null ? withIsbn : found
}

async function search(call: Call, input: BookListInput): Promise<BookSuggestions> {
  const { items, showingResultsFor } = await listBooks(call, input)
  return {
    items: items.map(({ id, title, author, isbn, inStock, withdrawnAt }) => ({
      id,
      title,
      author,
      isbn,
      inStock,
      withdrawn: withdrawnAt !== null,
    })),
    showingResultsFor,
  }
}
