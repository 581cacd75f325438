import { fold } from './fold.ts'

/*
 * How titles and searches are compared. Both are folded, so that a reader finds a book without its accents, its apostrophes
 * and the letters that not every keyboard has.
 */

/** Invisible characters, such as soft hyphens and zero-width spaces. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu

/** Stand for a joiner and for a quote between letters in folded text. No title has them, because they belong to no script. */
const [JOINT, QUOTE] = ['\ue000', '\ue001']

/** Removed, not replaced by a space, so that "dont" finds "Don’t". */
const quotes = /[\p{Quotation_Mark}'`´ʹʺʻʼʽˈˊˋ′″‵՚׳״]/gu

/** Quotes between letters. Titles have the words around them too, so that "etranger" finds "L’Étranger". */
const innerQuotes = new RegExp(`(?<=[\\p{L}\\p{N}])${quotes.source}(?=[\\p{L}\\p{N}])`, 'gu')

/** Long dashes, which separate even without spaces. */
const longDashes = /[\u2014\u2015\u2e3a\u2e3b]/g

/** Characters that join two words to one, such as the hyphen of "Spider-Man" and the points of "J.R.R.". */
const joiners = /(?<=[\p{L}\p{N}])[\p{Dash}.](?=[\p{L}\p{N}])/gu

/** The rest of punctuation, and control characters, without the signs that tell "C#" from "C" and "100%" from "100". */
const punctuation = /\p{Dash}|\p{Cc}|(?![#%&@])\p{P}/gu

/** Letters that Unicode does not decompose, and how they are typed on a keyboard without them. */
const letters = letterTable({
  æ: 'ae',
  ð: 'd',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  ŋ: 'n',
  œ: 'oe',
  ø: 'o',
  þ: 'th',
  ŧ: 't',
})

/** Letters that are also typed as two. */
const digraphs = letterTable({ ä: 'ae', å: 'aa', ö: 'oe', ø: 'oe', ü: 'ue' })

/** Words that the order of titles ignores at their beginning, in the language of the catalogue's sorting rules. */
const articles = new Set(['the', 'a', 'an'])

/** An article that was moved behind the title, as in "Dune, The". */
const movedArticle = /,\s*(?:the|an?)\s*$/iu

/** Separates the title from the other words of a search text. It sorts before a space, so "Dune" comes before "Dune Messiah". */
export const TITLE_END = '\t'

/** Marks a word of an author in a search text. Folded words have no such sign. */
export const AUTHOR_MARK = '/'

/** A word, the words that it joins, and those around its quotes: `spidermans`, `['spider', 'mans']` and `['spider', 'man', 's']`. */
export type FoldedWord = { joined: string; parts: string[]; pieces: string[] }

/**
 * The text of a book that searches match and that sorts the catalogue: the folded title without an article at its beginning,
 * then the other words. Those are a removed article, the parts of joined words, second spellings such as "mueller" for
 * "Müller", the ISBN, and the words of the author, each with a mark.
 *
 * @example searchText({ title: 'The Spider-Man', author: 'Åsa Müller', isbn: null })
 * // 'spiderman\tthe spider man /asa /muller /aasa /mueller'
 */
export function searchText(book: { title: string; author: string; isbn: string | null }): string {
  const title = allWords(book.title)
  const key = titleKey(book.title)
  const inKey = new Set(key.split(' '))
  const others = [
    ...title.filter((word) => !inKey.has(word)),
    ...allWords(book.author).map((word) => AUTHOR_MARK + word),
    ...(book.isbn === null ? [] : [book.isbn]),
  ]
  return `${key}${TITLE_END}${others.join(' ')}`
}

/** Every distinct word of a text: as it is joined, its parts, and second spellings. */
function allWords(text: string): string[] {
  const typed = text.normalize('NFC').toLowerCase()
  const spelled = replaceLetters(typed, digraphs)
  // Most titles have no second spelling, and folding takes long in an import of many books.
  const words = spelled === typed ? foldedWords(text) : [...foldedWords(text), ...foldedWords(spelled)]
  return [...new Set(words.flatMap(({ joined, parts, pieces }) => [joined, ...parts, ...pieces]))]
}

/**
 * A folded title or query without the article at its beginning, or behind a comma at its end. Joined words are one, unless
 * `joint` is a space.
 *
 * @example titleKey('Dune, The') // 'dune'
 */
export function titleKey(text: string, joint: '' | ' ' = ''): string {
  return wordsWithoutArticle(text)
    .map(({ joined, parts }) => (joint === '' ? joined : parts.join(joint)))
    .join(' ')
}

/** The words of a title or query without the article at its beginning, or behind a comma at its end. */
export function wordsWithoutArticle(text: string): FoldedWord[] {
  const words = foldedWords(text)
  if (words.length < 2) return words
  if (movedArticle.test(text)) return words.slice(0, -1)
  return articles.has(words[0]?.joined ?? '') ? words.slice(1) : words
}

function foldedWords(text: string): FoldedWord[] {
  return foldWords(text)
    .split(' ')
    .map((word) => {
      const pieces = word.split(JOINT).map((part) => part.split(QUOTE).filter((piece) => piece !== ''))
      const parts = pieces.map((around) => around.join('')).filter((part) => part !== '')
      return { joined: parts.join(''), parts, pieces: pieces.flat() }
    })
    .filter(({ joined }) => joined !== '')
}

/** Folds text to words with single spaces in between. Joiners and quotes between letters are marked. */
function foldWords(text: string): string {
  // Quotes before folding too, since it decomposes some of them, and after it, since it makes some of others.
  const visible = text.replaceAll(invisible, '').replaceAll(innerQuotes, QUOTE).replaceAll(quotes, '')
  const folded = fold(visible).replaceAll(quotes, '')
  const spaced = replaceLetters(folded, letters).replaceAll(longDashes, ' ').replaceAll(joiners, JOINT)
  return fold(spaced.replaceAll(punctuation, ' '))
}

type LetterTable = { some: RegExp; table: Record<string, string> }

function letterTable(table: Record<string, string>): LetterTable {
  return { some: new RegExp(`[${Object.keys(table).join('')}]`, 'g'), table }
}

function replaceLetters(text: string, { some, table }: LetterTable): string {
  return text.replaceAll(some, (letter) => table[letter] ?? letter)
}
