import { sql } from 'kysely'
import type { Store } from '@prebook/db'
import { isbn13 } from './isbn13.ts'

const ROWS_PER_WRITE = 10_000

/** Different words in titles and authors. Each title has three, each author two. */
const WORDS = 2_000

/** What readers look for. `garden` is in one of 700 titles, `quixotry` and the ISBN belong to a single book. */
export function searchesOf(books: number): { what: string; query: string }[] {
  return [
    { what: 'two words', query: 'garden murakami' },
    { what: 'an unknown and a known word', query: 'zzqxv garden' },
    { what: 'a rare word', query: 'quixotry' },
    { what: 'an ISBN', query: isbn13(rareOf(books)) },
  ]
}

const rareOf = (books: number) => Math.floor(books / 2)

/** Adds books with titles and authors of many words, in no order, and updates the statistics. */
export async function addLargeCatalogue(store: Store, books: number): Promise<void> {
  for (let start = 0; start < books; start += ROWS_PER_WRITE) {
    await store.write(async (tx) => {
      for (let from = start; from < Math.min(start + ROWS_PER_WRITE, books); from += 1_000) {
        const count = Math.min(1_000, books - from)
        await tx
          .insertInto('books')
          .values(Array.from({ length: count }, (_, index) => bookOf(from + index, rareOf(books))))
          .execute()
      }
    })
  }
  if (store.engine === 'postgres') await store.read((reader) => sql`vacuum analyze books`.execute(reader))
}

function bookOf(number: number, rare: number) {
  const word = (salt: number) => wordOf(scatter(number, salt) % WORDS)
  const title = `The ${word(1)} of ${word(2)} ${word(3)}${number === rare ? ' quixotry' : ''}`
  const author = `${word(4)} ${word(5)}`
  const isbn = isbn13(number)
  return {
    title,
    author,
    isbn,
    price_cents: 1_999,
    stock_quantity: 0,
    search_text: `${title} ${author} ${isbn}`.toLowerCase(),
    created_at: 0,
    updated_at: 0,
  }
}

const SYLLABLES = ['ka', 'lo', 'mi', 'ran', 'ter', 'ves', 'ion', 'gar', 'del', 'mon', 'sa', 'ri', 'tu']

function wordOf(number: number): string {
  if (number === 7) return 'garden'
  if (number === 11) return 'murakami'
  const { length } = SYLLABLES
  return [number, number / length, number / length ** 2]
    .map((part) => SYLLABLES[Math.floor(part) % length])
    .join('')
}

/** A number that looks random but is the same in every run (an integer hash of Knuth's kind). */
function scatter(number: number, salt: number): number {
  let hash = Math.imul(number + salt * 0x9e3779b1, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
