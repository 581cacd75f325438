import { setImmediate as turn } from 'node:timers/promises'
import { correctSearch as correct, type SearchQuery } from '@prebook/core'
import type { Reader } from '../database.ts'
import { searchBooks } from './search-books.ts'

/**
 * The words of a search that finds nothing, with one typing error forgiven; null if that finds nothing either. See core's
 * `correctSearch`.
 *
 * @param reader not a transaction, because a search yields to other requests
 * @throws PrebookError `STORE_BUSY` when the search takes too long
 */
export async function correctSearch(reader: Reader, query: SearchQuery): Promise<string | null> {
  return correct(query, {
    async find(search, limit) {
      // One correction searches for each word, and then for combinations of words.
      await turn()
      const found = await searchBooks(reader, { query: search, inStock: undefined, after: null, limit })
      return found.map(({ book }) => book.search_text)
    },
    knownWords: (words) => findSearchWords(reader, words),
  })
}

/** Words in one statement. */
const WORDS_PER_READ = 256

/** Those of some words that the catalogue has, or had. */
export async function findSearchWords(reader: Reader, words: readonly string[]): Promise<string[]> {
  const known: string[] = []
  for (let from = 0; from < words.length; from += WORDS_PER_READ) {
    const some = words.slice(from, from + WORDS_PER_READ)
    // Padded, so that all have the same statement.
    const padded = [...some, ...Array.from({ length: WORDS_PER_READ - some.length }, () => some[0] ?? '')]
    const rows = await reader.selectFrom('search_words').select('word').where('word', 'in', padded).execute()
    known.push(...rows.map(({ word }) => word))
    await turn()
  }
  return known
}
