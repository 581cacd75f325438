import { hasSearchWord, searchableWords, type SearchWord } from '@prebook/core'
import type { DialectAdapter } from 'kysely'
import type { Reader } from '../database.ts'
import { newestId } from './search-in-slices.ts'
import { someBooks } from './search-lists.ts'

/** Books in a sample. A word that three of them have is in about 3,000 of 1,000,000 books. */
const SAMPLE_BOOKS = 1_024

/** Ids in one statement: about a millisecond of the event loop on SQLite. */
const IDS_PER_READ = 256

/** How long a sample is used, in milliseconds. It only decides in which way a search reads, so it may be old. */
const MAX_AGE_MS = 30_000

/** Books with ids at even distances. */
type SampledBook = { words: string; isWanted: boolean }

/** A sample, and how many books there are for each in it. */
type Sample = { takenAt: number; books: SampledBook[]; each: number }

const samples = new WeakMap<DialectAdapter, Sample>()

/** A sample of the catalogue, to estimate how many books have some words. */
export type CatalogueSample = {
  /** About how many books have all of some words; of those that are wanted, or of the others, if that is given. */
  estimate: (words: readonly SearchWord[], where: 'any' | 'author', isWanted?: boolean) => number
}

/** The present sample of a database. */
export async function catalogueSample(reader: Reader): Promise<CatalogueSample> {
  const { adapter } = reader.getExecutor()
  let sample = samples.get(adapter)
  if (sample === undefined || performance.now() - sample.takenAt > MAX_AGE_MS) {
    sample = await takeSample(reader)
    samples.set(adapter, sample)
  }
  const { books, each } = sample
  return {
    estimate(words, where, isWanted) {
      const having = books.filter(
        (book) =>
          (isWanted === undefined || isWanted === book.isWanted) &&
          words.every((word) => hasSearchWord(book.words, word, where)),
      )
      return having.length * each
    },
  }
}

async function takeSample(reader: Reader): Promise<Sample> {
  const takenAt = performance.now()
  const newest = await newestId(reader, 'books')
  const ids = Array.from({ length: SAMPLE_BOOKS }, (_, index) =>
    Math.ceil(((index + 1) * newest) / SAMPLE_BOOKS),
  )
  const books: SampledBook[] = []
  for (let from = 0; from < ids.length; from += IDS_PER_READ) {
    const rows = await someBooks(reader, ids.slice(from, from + IDS_PER_READ))
    books.push(
      ...rows.map((row) => ({ words: searchableWords(row.search_text), isWanted: row.is_wanted === 1 })),
    )
  }
  return { takenAt, books, each: newest / Math.max(1, books.length) }
}
