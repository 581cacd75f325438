import { hasSearchWord, type SearchWord } from '@prebook/core'
import type { DialectAdapter } from 'kysely'
import type { Reader } from '../database.ts'
import { newestId } from './search-in-slices.ts'

/** Books in a sample. A word that three of them have is in about 3,000 of 1,000,000 books. */
const SAMPLE_BOOKS = 1_024

/** Ids in one statement: about a millisecond of the event loop on SQLite. */
const IDS_PER_READ = 256

/** How long a sample is used, in milliseconds. It only decides in which way a search reads, so it may be old. */
const MAX_AGE_MS = 30_000

/** The search texts of books with ids at even distances, and how many books there are. */
type Sample = { takenAt: number; texts: string[]; books: number }

const samples = new WeakMap<DialectAdapter, Sample>()

/** A sample of the catalogue, to estimate how many books have some words. */
export type CatalogueSample = {
  /** About how many books have all of some words. */
  estimate: (words: readonly SearchWord[], where: 'any' | 'author') => number
}

/** The present sample of a database. */
export async function catalogueSample(reader: Reader): Promise<CatalogueSample> {
  const { adapter } = reader.getExecutor()
  let sample = samples.get(adapter)
  if (sample === undefined || performance.now() - sample.takenAt > MAX_AGE_MS) {
    sample = await takeSample(reader)
    samples.set(adapter, sample)
  }
  const { texts, books } = sample
  return {
    estimate(words, where) {
      const having = texts.filter((text) => words.every((word) => hasSearchWord(text, word, where)))
      return (having.length * books) / Math.max(1, texts.length)
    },
  }
}

async function takeSample(reader: Reader): Promise<Sample> {
  const takenAt = performance.now()
  const books = await newestId(reader, 'books')
  const ids = Array.from({ length: SAMPLE_BOOKS }, (_, index) =>
    Math.ceil(((index + 1) * books) / SAMPLE_BOOKS),
  )
  const texts: string[] = []
  for (let from = 0; from < ids.length; from += IDS_PER_READ) {
    const rows = await reader
      .selectFrom('books')
      .select('search_text')
      .where('id', 'in', ids.slice(from, from + IDS_PER_READ))
      .execute()
    texts.push(...rows.map((row) => row.search_text))
  }
  return { takenAt, texts, books }
}
