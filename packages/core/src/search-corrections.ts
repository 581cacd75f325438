import { hasSearchWord, searchableWords, type SearchQuery, type SearchWord } from './search-query.ts'
import { AUTHOR_MARK, TITLE_END } from './search-text.ts'

/** Letters that may be missing from a word or wrong in it, by the script of the word. */
const alphabets: { script: RegExp; letters: string }[] = [
  { script: /^[a-z0-9]/, letters: 'abcdefghijklmnopqrstuvwxyz0123456789' },
  { script: /^\p{Script=Cyrillic}/u, letters: 'абвгдежзиклмнопрстуфхцчшщъыьэюяіѓєїґђћџљњј' },
  { script: /^\p{Script=Greek}/u, letters: 'αβγδεζηθικλμνξοπρστυφχψω' },
]

/** A shorter query is not corrected: it differs from every short word by a letter. With other words, few books remain. */
const MIN_LETTERS_ALONE = 3

/** Longer ones are rare, and each letter more means seventy more words to look up. */
const MAX_LETTERS = 24

/** A long number is an ISBN. One that differs in a digit is another book. */
const longNumber = /^\d{8,}$/

const separators = new RegExp(`[ ${TITLE_END}${AUTHOR_MARK}]+`)

/** The distinct words of some search texts that a typing error can be corrected to, in the order of UTF-16. */
export function correctableWords(searchTexts: readonly string[]): string[] {
  const words = new Set(searchTexts.flatMap((text) => text.split(separators)))
  return [...words].filter((word) => word !== '' && !longNumber.test(word)).toSorted()
}

/**
 * The words that somebody may have meant who typed this one with one error: a wrong letter, one left out, two swapped, or one
 * too many. Without the word itself; empty if the word is not corrected.
 */
export function wordsMeantBy(typed: string): string[] {
  const letters = Array.from(typed)
  if (letters.length > MAX_LETTERS || longNumber.test(typed)) return []
  const alphabet = Array.from(alphabets.find(({ script }) => script.test(typed))?.letters ?? '')
  const meant = new Set<string>()
  for (let at = 0; at <= letters.length; at += 1) {
    const [before, rest] = [letters.slice(0, at), letters.slice(at)]
    const add = (...middle: string[]) => meant.add([...before, ...middle].join(''))
    for (const letter of alphabet) add(letter, ...rest)
    const [current, next, ...after] = rest
    if (current === undefined) continue
    for (const letter of alphabet) add(letter, ...rest.slice(1))
    add(...rest.slice(1))
    if (next !== undefined) add(next, current, ...after)
  }
  for (const word of [typed, '']) meant.delete(word)
  return [...meant]
}

/** The books that a search is corrected by. */
export type SearchedBooks = {
  /** The search texts of the first results of a search. */
  find: (query: SearchQuery, limit: number) => Promise<string[]>
  /** Those of some words that a book has. */
  knownWords: (words: readonly string[]) => Promise<string[]>
}

/** Books that decide which of several possible words was meant. */
const DECIDING_BOOKS = 50

/** Words that are tried, one after another, if each is known but no book has all. */
const MOST_TRIES = 4

/**
 * The words of a search that finds nothing, with one typing error forgiven: in each word that no book has, or else in one of the
 * words. Of several corrections it is the one that most of the first results have. Null if there is none.
 */
export async function correctSearch(query: SearchQuery, books: SearchedBooks): Promise<string | null> {
  if (query.text.length < MIN_LETTERS_ALONE) return null
  const unknown: number[] = []
  for (const [index, word] of query.words.entries()) {
    const found = await books.find({ ...query, titles: [], words: [word] }, 1)
    if (found.length === 0) unknown.push(index)
  }
  if (unknown.length > 0) return correctWords(query, books, unknown)
  const longestFirst = [...query.words.keys()].toSorted(
    (a, b) => typedWord(query, b).length - typedWord(query, a).length,
  )
  for (const index of longestFirst.slice(0, MOST_TRIES)) {
    const corrected = await correctWords(query, books, [index])
    if (corrected !== null) return corrected
  }
  return null
}

const typedWord = ({ words }: SearchQuery, index: number) => words[index]?.spellings[0]?.[0] ?? ''

/** Corrects the words at some places, together. */
async function correctWords(query: SearchQuery, books: SearchedBooks, places: readonly number[]) {
  const meant: (string[] | null)[] = query.words.map(() => null)
  for (const index of places) {
    const known = await books.knownWords(wordsMeantBy(typedWord(query, index)))
    if (known.length === 0) return null
    meant[index] = known
  }
  const words = query.words.map((word, index): SearchWord => {
    const others = meant[index]
    return others == null ? word : { ...word, spellings: others.map((other) => [other]) }
  })
  const found = await books.find({ ...query, titles: [], words }, DECIDING_BOOKS)
  return mostFrequent(found.flatMap((text) => combinations(query, meant, text)))
}

/** How the words of a search can be corrected so that they find a book, with one word for each. */
function combinations(
  { words }: SearchQuery,
  meant: readonly (readonly string[] | null)[],
  searchText: string,
): string[] {
  const found = searchableWords(searchText)
  let begun: string[][] = [[]]
  for (const [index, word] of words.entries()) {
    const others = meant[index]?.filter((other) =>
      hasSearchWord(found, { ...word, spellings: [[other]] }, 'any'),
    )
    const right = [word.spellings[0]?.[0] ?? '']
    begun = begun.flatMap((before) => (others ?? right).map((other) => [...before, other]))
  }
  return begun.map((combined) => combined.join(' '))
}

/** The text that occurs most, the first in alphabetical order among equals. */
function mostFrequent(texts: readonly string[]): string | null {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  const [best] = [...counts].toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
  return best?.[0] ?? null
}
