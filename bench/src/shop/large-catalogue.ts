import { sql } from 'kysely'
import { searchText } from '@prebook/core'
import { insertBooks, type Store } from '@prebook/db'
import { isbn13 } from './isbn13.ts'

const ROWS_PER_WRITE = 10_000

/** Different words in titles and authors. Each title has three, each author two. The first are common, most are rare. */
const WORDS = 50_000

/** Words with a number have a place in the order of how common they are. */
const namedWords = new Map([
  [0, 'house'],
  [7, 'garden'],
  [11, 'murakami'],
])

/** A search, and whether it finds something only after a correction. */
export type MeasuredSearch = { what: string; input: object; isCorrected?: true }

/** What readers look for in a catalogue of some books. */
export function searchesOf(books: number): MeasuredSearch[] {
  return [
    { what: 'no query', input: {} },
    { what: 'in stock, one in 1,000', input: { inStock: true } },
    { what: 'a common word', input: { query: 'house' } },
    { what: 'a word of every title', input: { query: 'of' } },
    { what: 'two words', input: { query: 'garden murakami' } },
    { what: 'three letters', input: { query: 'gar' } },
    { what: 'a word and a letter', input: { query: 'garden m' } },
    { what: 'a rare word', input: { query: 'quixotry' } },
    { what: 'an ISBN', input: { query: isbn13(rareOf(books)) } },
    { what: 'a common word, in stock', input: { query: 'house', inStock: true } },
    { what: 'nothing found', input: { query: 'zzqxvzzqxv' } },
    { what: 'a typing error', input: { query: 'quixtory' }, isCorrected: true },
    { what: 'a typing error in one of two words', input: { query: 'gardne murakami' }, isCorrected: true },
  ]
}

const rareOf = (books: number) => Math.floor(books / 2)

/** Adds books with titles and authors of many words, in no order, and updates the statistics. */
export async function addLargeCatalogue(store: Store, books: number): Promise<void> {
  for (let start = 0; start < books; start += ROWS_PER_WRITE) {
    await store.write(async (tx) => {
      const count = Math.min(ROWS_PER_WRITE, books - start)
      await insertBooks(
        tx,
        Array.from({ length: count }, (_, index) => bookOf(start + index, rareOf(books))),
      )
    })
  }
  if (store.engine === 'postgres') await store.read((reader) => sql`vacuum analyze books`.execute(reader))
}

/** Rows of an import of new books, the most that one request may have. */
export function importOf(from: number) {
  return Array.from({ length: 100 }, (_, index) => {
    const { title, author, isbn } = textsOf(from + index)
    return { title, author, isbn, priceCents: 1_999, stockQuantity: 0 }
  })
}

function textsOf(number: number, suffix = '') {
  // The cube of a random number is mostly small, as the words of real titles are mostly common ones.
  const word = (salt: number) => wordOf(Math.floor(WORDS * (scatter(number, salt) / 2 ** 32) ** 3))
  const title = `The ${word(1)} of ${word(2)} ${word(3)}${suffix}`
  return { title, author: `${word(4)} ${word(5)}`, isbn: isbn13(number) }
}

function bookOf(number: number, rare: number) {
  const texts = textsOf(number, number === rare ? ' quixotry' : '')
  return {
    ...texts,
    description: null,
    price_cents: 1_999,
    stock_quantity: number % 1_000 === 0 ? 3 : 0,
    search_text: searchText(texts),
    created_at: 0,
    updated_at: 0,
  }
}

const SYLLABLES = ['ka', 'lo', 'mi', 'ran', 'ter', 'ves', 'ion', 'gar', 'del', 'mon', 'sa', 'ri', 'tu']

function wordOf(number: number): string {
  const named = namedWords.get(number)
  if (named !== undefined) return named
  let word = ''
  for (let rest = number + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word += SYLLABLES[rest % SYLLABLES.length]
  return word
}

/** A number that looks random but is the same in every run (an integer hash of Knuth's kind). */
function scatter(number: number, salt: number): number {
  let hash = Math.imul(number + salt * 0x9e3779b1, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
