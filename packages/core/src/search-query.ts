import { AUTHOR_MARK, TITLE_END, titleKey, wordsWithoutArticle, type FoldedWord } from './search-text.ts'

/** Words of a search that are used. More would make it slower and no more precise. */
const MAX_WORDS = 12

/**
 * A word of a search. A book has it if it has all words of one of its spellings: "spider-man" is `spiderman`, or `spider` and
 * `man`.
 */
export type SearchWord = {
  spellings: string[][]
  /** Whether the last word of a spelling may be the beginning of a longer one, because it is still being typed. */
  isPrefix: boolean
}

/** A part of a spelling, and whether a longer word that begins with it counts too. */
export type SpelledPart = { part: string; isPrefix: boolean }

/** The parts of each spelling of a word. The "s" of "ender's" is complete, since half of all books have a word with "s". */
export function spelledParts({ spellings, isPrefix }: SearchWord): SpelledPart[][] {
  return spellings.map((parts) =>
    parts.map((part, index) => ({
      part,
      isPrefix: isPrefix && index === parts.length - 1 && (parts.length === 1 || part.length > 2),
    })),
  )
}

/** A catalogue search. */
export type SearchQuery = {
  /** The folded words, for messages and to correct them. */
  text: string
  /** What the titles of the first two ranks are or begin with. */
  titles: string[]
  words: SearchWord[]
}

/** Where a book is among the results: in the order of these names. */
export const searchRanks = ['title', 'titleStart', 'author', 'rest'] as const
/** See {@link searchRanks}. */
export type SearchRank = (typeof searchRanks)[number]

/**
 * Reads what somebody typed into a search field. Null when it has no words: signs only.
 *
 * @example parseSearch('the dune mes') // finds "Dune Messiah"
 */
export function parseSearch(query: string): SearchQuery | null {
  const typed = wordsWithoutArticle(query)
  const distinct = [...new Map(typed.map((word) => [word.joined, word])).values()].slice(0, MAX_WORDS)
  if (distinct.length === 0) return null
  const last = typed.at(-1)
  const words = distinct.map(({ joined, parts }) => ({
    spellings: parts.length > 1 ? [[joined], parts] : [[joined]],
    isPrefix: joined === last?.joined,
  }))
  const titles = [...new Set([titleKey(query, ' '), titleKey(query), ...joinedTitle(typed)])]
  return { text: typed.map(({ joined }) => joined).join(' '), titles, words }
}

/** "spider man" is also the title "Spider-Man". Not with single letters, since "i am" is not the beginning of "Iambic". */
function joinedTitle(typed: readonly FoldedWord[]): string[] {
  const words = typed.map(({ joined }) => joined)
  return words.length === 2 && words.every((word) => word.length > 1) ? [words.join('')] : []
}

/** The rank of a book in a search; null if it is not found. See {@link searchText} for the text. */
export function searchRank(searchText: string, query: SearchQuery): SearchRank | null {
  const [key = ''] = searchText.split(TITLE_END, 1)
  if (query.titles.includes(key)) return 'title'
  if (query.titles.some((title) => key.startsWith(title))) return 'titleStart'
  const words = searchableWords(searchText)
  if (!query.words.every((word) => hasSearchWord(words, word, 'any'))) return null
  return query.words.every((word) => hasSearchWord(words, word, 'author')) ? 'author' : 'rest'
}

/** The words of a search text, for {@link hasSearchWord}. */
export function searchableWords(searchText: string): string {
  return ` ${searchText.replace(TITLE_END, ' ')} `
}

/**
 * Whether a book has a word of a search, anywhere or in its author.
 *
 * @param words see {@link searchableWords}
 */
export function hasSearchWord(words: string, word: SearchWord, where: 'any' | 'author'): boolean {
  const has = ({ elsewhere, inAuthor }: LookedFor) =>
    (where === 'any' && words.includes(elsewhere)) || words.includes(inAuthor)
  return lookedFor(word).some((parts) => parts.every(has))
}

/** What is looked for in searchable words to find a part of a word. */
type LookedFor = { elsewhere: string; inAuthor: string }

/** Kept for each word, since a search compares thousands of books with it. */
const kept = new WeakMap<SearchWord, LookedFor[][]>()

function lookedFor(word: SearchWord): LookedFor[][] {
  const known = kept.get(word)
  if (known !== undefined) return known
  const made = spelledParts(word).map((parts) =>
    parts.map(({ part, isPrefix }) => {
      const text = isPrefix ? part : `${part} `
      return { elsewhere: ` ${text}`, inAuthor: AUTHOR_MARK + text }
    }),
  )
  kept.set(word, made)
  return made
}
