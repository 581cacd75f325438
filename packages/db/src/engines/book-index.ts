import type { Reader, Tx } from '../database.ts'
import { engineOf } from './engine-of.ts'
import type { IndexedWords } from './index-expression.ts'
import { findHits as findInPostgres } from './postgres/book-index.ts'
import { addSearchWords as addInSqlite, findHits as findInSqlite } from './sqlite/book-index.ts'

/** A book that a search reads, to decide whether it is found and where it is among the results. */
export type Candidate = { id: number; search_text: string; stock_quantity: number; is_wanted: number }

/** A part of the books that have all words of a search, newest first. */
export type HitRange = IndexedWords & { before: number; limit: number }

/** Books that have all words, by the index of words, newest first: at most `limit`, before an id. */
export async function findHits(reader: Reader, range: HitRange): Promise<Candidate[]> {
  return engineOf(reader) === 'sqlite' ? findInSqlite(reader, range) : findInPostgres(reader, range)
}

/** Whether the index has its hits in their order, so that only those are read that are asked for. */
export function hasSortedHits(reader: Reader): boolean {
  return engineOf(reader) === 'sqlite'
}

/**
 * Keeps the words of new books, which typing errors are corrected to. On PostgreSQL a trigger keeps them, once for a statement. On
 * SQLite it would run for each book, and an import would take a fifth longer.
 */
export async function addSearchWords(tx: Tx, searchTexts: readonly string[]): Promise<void> {
  if (engineOf(tx) === 'sqlite') await addInSqlite(tx, searchTexts)
}
