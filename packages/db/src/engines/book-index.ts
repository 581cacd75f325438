import type { Reader } from '../database.ts'
import { engineOf } from './engine-of.ts'
import type { IndexedWords } from './index-expression.ts'
import { findHits as findInPostgres } from './postgres/book-index.ts'
import { findHits as findInSqlite } from './sqlite/book-index.ts'

/** A book that a search reads, to decide whether it is found and where it is among the results. */
export type Candidate = { id: number; search_text: string; stock_quantity: number; is_wanted: number }

/** Books that have all words, by the index of words: at most `limit`, in no order. */
export async function findHits(reader: Reader, search: IndexedWords, limit: number): Promise<Candidate[]> {
  return engineOf(reader) === 'sqlite'
    ? findInSqlite(reader, search, limit)
    : findInPostgres(reader, search, limit)
}
