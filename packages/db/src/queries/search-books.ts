import { setImmediate as turn } from 'node:timers/promises'
import { searchRank, type SearchPosition, type SearchQuery, type SearchRank } from '@prebook/core'
import type { BookRow, Reader } from '../database.ts'
import { findHits, hasSortedHits, type Candidate } from '../engines/book-index.ts'
import { booksInOrder, findTitlePosition } from './books.ts'
import { catalogueSample, type CatalogueSample } from './catalogue-sample.ts'
import { readInSteps } from './read-in-steps.ts'
import { allById, allByTitle, wantedById, wantedByTitle, type TitlePosition } from './search-lists.ts'

/**
 * The most hits of the index that are read at once: about five milliseconds of the event loop on SQLite. If there are more, a
 * page is found sooner by reading books in their order.
 */
const MOST_HITS = 3_000

/** How many books may have a word that begins so, if the index looks it up. It merges the lists of all these words. */
const MOST_BEGINNINGS = 20_000

/** A search of the catalogue. */
export type BookSearch = {
  query: SearchQuery
  inStock: boolean | undefined
  /** Only results behind this position. */
  after: SearchPosition | null
  limit: number
  /** Replaces {@link MOST_HITS}, for tests. */
  mostHits?: number
}

/** A result of a search. */
export type FoundBook = SearchPosition & { book: BookRow }

/**
 * A page of the books that a search finds. Books with this title come first, then those whose title begins so, those by this
 * author, and the others. In each of these ranks, books that are in stock or waited for are before the others. Among equals, the
 * first two ranks are in the order of titles, and the others newest first.
 *
 * @param reader not a transaction, because a search yields to other requests
 * @throws PrebookError `STORE_BUSY` when the search takes too long
 */
export async function searchBooks(reader: Reader, search: BookSearch): Promise<FoundBook[]> {
  const found: SearchPosition[] = []
  for await (const position of positions(reader, search)) {
    found.push(position)
    if (found.length === search.limit) break
  }
  const books = await booksInOrder(reader, found, search.limit)
  const byId = new Map(books.map((book) => [book.id, book]))
  return found.flatMap((position) => {
    const book = byId.get(position.id)
    return book === undefined ? [] : [{ ...position, book }]
  })
}

async function* positions(reader: Reader, search: BookSearch): AsyncGenerator<SearchPosition> {
  yield* positionsByTitle(reader, search)
  yield* positionsByWords(reader, search)
}

/** A part of the results, in which all have the same rank, and are wanted or are not. */
type Group = { rank: SearchRank; isWanted: boolean }

/** The groups of some ranks, from the one of a position on. Books in stock are all wanted. */
function groupsOf({ after, inStock }: BookSearch, ranks: readonly SearchRank[]): Group[] {
  const all = searchOrder.filter(
    ({ rank, isWanted }) => ranks.includes(rank) && (isWanted || inStock !== true),
  )
  return after === null ? all : all.filter((group) => placeOf(group) >= placeOf(after))
}

const searchOrder: Group[] = (['title', 'titleStart', 'author', 'rest'] as const).flatMap((rank) => [
  { rank, isWanted: true },
  { rank, isWanted: false },
])

function placeOf({ rank, isWanted }: Group): number {
  return searchOrder.findIndex((group) => group.rank === rank && group.isWanted === isWanted)
}

const isSameGroup = (a: Group, b: Group | null) => b !== null && placeOf(a) === placeOf(b)

function isKept({ inStock }: BookSearch, { isWanted }: Group, book: Candidate): boolean {
  return (book.is_wanted === 1) === isWanted && (inStock === undefined || inStock === book.stock_quantity > 0)
}

/** The texts that begin with a title, in their order, are before the title with this at its end. */
const LAST = '\u{10ffff}'

/** The texts that have exactly a title are before the title with this at its end, and longer titles behind it. */
const BEHIND_TITLE_END = '\n'

/** The first two ranks: ranges in the order of titles. */
async function* positionsByTitle(reader: Reader, search: BookSearch): AsyncGenerator<SearchPosition> {
  const { query, after } = search
  for (const group of groupsOf(search, ['title', 'titleStart'])) {
    const read = group.isWanted ? wantedByTitle : allByTitle
    const last = isSameGroup(group, after) ? await findTitlePosition(reader, after?.id ?? 0) : undefined
    for (const title of query.titles) {
      const isWhole = group.rank === 'title'
      const begin = { search_text: isWhole ? title : title + BEHIND_TITLE_END, id: 0 }
      const end = title + (isWhole ? BEHIND_TITLE_END : LAST)
      const start = last !== undefined && isBehind(last, begin) ? last : begin
      const books = readInSteps((from: Candidate | null, limit) =>
        read(reader, { after: from ?? start, before: end, limit }),
      )
      for await (const book of books) if (isKept(search, group, book)) yield { ...group, id: book.id }
    }
  }
}

/** In the order of the databases: of the bytes of UTF-8. */
function isBehind(one: TitlePosition, other: TitlePosition): boolean {
  return Buffer.compare(Buffer.from(one.search_text), Buffer.from(other.search_text)) >= 0
}

/** The last two ranks, newest first. */
async function* positionsByWords(reader: Reader, search: BookSearch): AsyncGenerator<SearchPosition> {
  const { query, after } = search
  const groups = groupsOf(search, ['author', 'rest'])
  if (groups.length === 0) return
  const sample = await catalogueSample(reader)
  const hits = await hitsIfFew(reader, search, sample)
  for (const group of groups) {
    const before = isSameGroup(group, after) ? (after?.id ?? 0) : Number.MAX_SAFE_INTEGER
    const books =
      hits === null ? booksBefore(reader, search, sample, { group, before }) : hitsBefore(hits, before)
    for await (const book of books) {
      if (isKept(search, group, book) && searchRank(book.search_text, query) === group.rank)
        yield { ...group, id: book.id }
    }
  }
}

/** The words that the index looks up; the others are checked in what it finds. Empty if it cannot help. */
function indexedWords({ query }: BookSearch, { estimate }: CatalogueSample, where: 'any' | 'author') {
  return query.words.filter((word) => !word.isPrefix || estimate([word], where) <= MOST_BEGINNINGS)
}

/** Every book that has the words, and perhaps others, newest first; null if they may be many. */
async function hitsIfFew(
  reader: Reader,
  search: BookSearch,
  sample: CatalogueSample,
): Promise<Candidate[] | null> {
  const { mostHits = MOST_HITS } = search
  const words = indexedWords(search, sample, 'any')
  if (words.length === 0 || sample.estimate(words, 'any') > mostHits) return null
  const range = { words, where: 'any', before: Number.MAX_SAFE_INTEGER, limit: mostHits + 1 } as const
  const hits = await findHits(reader, range)
  return hits.length > mostHits ? null : hits
}

/** Hits that are compared with the words before other requests run: at most two milliseconds of the event loop. */
const HITS_PER_TURN = 500

async function* hitsBefore(hits: readonly Candidate[], before: number): AsyncGenerator<Candidate> {
  const first = hits.findIndex(({ id }) => id < before)
  if (first === -1) return
  for (let from = first; from < hits.length; from += HITS_PER_TURN) {
    yield* hits.slice(from, from + HITS_PER_TURN)
    if (from + HITS_PER_TURN < hits.length) await turn()
  }
}

/** The books of a group, and others, newest first: from the index or from a list, where fewer have to be read for a page. */
function booksBefore(
  reader: Reader,
  search: BookSearch,
  sample: CatalogueSample,
  { group: { rank, isWanted }, before }: { group: Group; before: number },
): AsyncGenerator<Candidate> {
  const where = rank === 'author' ? 'author' : 'any'
  const words = indexedWords(search, sample, where)
  const readList = isWanted ? wantedById : allById
  const hits = sample.estimate(words, where)
  const listed = sample.estimate([], 'any', isWanted ? true : undefined)
  const found = sample.estimate(search.query.words, where, isWanted)
  const toRead = (length: number) =>
    found === 0 ? length : Math.min(length, (search.limit * length) / found)
  const byIndex = words.length > 0 && (hasSortedHits(reader) ? toRead(hits) : hits) < toRead(listed)
  return readInSteps((last: Candidate | null, limit) => {
    const range = { before: last?.id ?? before, limit }
    return byIndex ? findHits(reader, { ...range, words, where }) : readList(reader, range)
  })
}
