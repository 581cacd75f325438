import { parseSearch, type SearchPosition } from '@prebook/core'
import { correctSearch, searchBooks, type FoundBook } from '@prebook/db'
import type { Services } from '../services.ts'

/** A search by words. */
export type WordSearch = {
  query: string
  inStock?: boolean | undefined
  /** Where the results continue, and whether the words are those of a correction. */
  after?: (SearchPosition & { isCorrected: boolean }) | null
  limit: number
}

/**
 * Finds books by words. If no book has them, one typing error in a word is corrected. Signs only find nothing.
 *
 * @returns a page of the results, and the corrected words if the results are for those
 * @throws PrebookError `STORE_BUSY` when the search takes too long
 */
export async function findBooks(
  { store }: Pick<Services, 'store'>,
  { query: text, inStock, after = null, limit }: WordSearch,
): Promise<{ found: FoundBook[]; showingResultsFor: string | null }> {
  const query = parseSearch(text)
  if (query === null) return { found: [], showingResultsFor: null }
  return store.read(async (reader) => {
    const search = { inStock, after, limit }
    if (after?.isCorrected !== true) {
      const found = await searchBooks(reader, { ...search, query })
      if (found.length > 0 || after !== null) return { found, showingResultsFor: null }
      const anywhere = { query, inStock: undefined, after: null, limit: 1 }
      if (inStock !== undefined && (await searchBooks(reader, anywhere)).length > 0)
        return { found, showingResultsFor: null }
    }
    const corrected = await correctSearch(reader, query)
    const meant = corrected === null ? null : parseSearch(corrected)
    if (meant === null) return { found: [], showingResultsFor: null }
    return { found: await searchBooks(reader, { ...search, query: meant }), showingResultsFor: meant.text }
  })
}
