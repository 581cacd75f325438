import { fold } from './fold.ts'

/*
 * How titles and searches are compared. Both are folded, so that a reader finds a book without its accents, its apostrophes
 * and the letters that not every keyboard has.
 */

/** Invisible characters, such as soft hyphens and zero-width spaces. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu

/** Removed, not replaced by a space, so that "dont" finds "Don’t". */
const quotes = /[\p{Quotation_Mark}'`´ʹʺʻʼʽˈˊˋ′″‵՚׳״]/gu

/** Long dashes, which separate even without spaces. */
const longDashes = /[\u2014\u2015\u2e3a\u2e3b]/g

/** Characters that join two words to one, such as the hyphen of "Spider-Man" and the points of "J.R.R.". */
const joiners = /(?<=[\p{L}\p{N}])[\p{Dash}.](?=[\p{L}\p{N}])/gu

/** The rest of punctuation, without the characters that tell "C#" from "C" and "100%" from "100". */
const punctuation = /\p{Dash}|(?![#%&@])\p{P}/gu

/** Letters that Unicode does not decompose, and how they are typed on a keyboard without them. */
const letters = { æ: 'ae', ð: 'd', đ: 'd', ħ: 'h', ı: 'i', ł: 'l', ŋ: 'n', œ: 'oe', ø: 'o', þ: 'th', ŧ: 't' }

/** Letters that are also typed as two. */
const digraphs = { ä: 'ae', å: 'aa', ö: 'oe', ø: 'oe', ü: 'ue' }

/**
 * The text that a catalogue search matches: title, author and ISBN, folded. Words that have a second spelling, such as
 * "mueller" for "Müller", follow in that.
 *
 * @example searchText({ title: 'Spider-Man', author: 'Åsa Müller', isbn: null }) // 'spiderman asa muller aasa mueller'
 */
export function searchText(book: { title: string; author: string; isbn: string | null }): string {
  const text = `${book.title} ${book.author}`
  const folded = foldWords(text, '')
  const words = new Set(folded.split(' '))
  const spelled = foldWords(replaceLetters(text.normalize('NFC').toLowerCase(), digraphs), '')
  const others = spelled.split(' ').filter((word) => !words.has(word))
  return [folded, book.isbn ?? '', ...others].filter((part) => part !== '').join(' ')
}

/** Words of a search that are used. More would make it slower and no more precise. */
const MAX_WORDS = 12

/**
 * The distinct words of a catalogue search, folded. A book matches if its {@link searchText} contains all of them. Joined
 * words are split, so that "spider-man" finds "Spider Man" as well as "Spider-Man".
 */
export function searchWords(query: string): string[] {
  const words = foldWords(query, ' ')
    .split(' ')
    .filter((word) => word !== '')
  return [...new Set(words)].slice(0, MAX_WORDS)
}

/** Folds text to words with single spaces in between. Joiners are replaced by `joint`. */
function foldWords(text: string, joint: '' | ' '): string {
  // Quotes before folding too, since it decomposes some of them, and after it, since it makes some of others.
  const folded = fold(text.replaceAll(invisible, '').replaceAll(quotes, '')).replaceAll(quotes, '')
  const spaced = replaceLetters(folded, letters).replaceAll(longDashes, ' ').replaceAll(joiners, joint)
  return fold(spaced.replaceAll(punctuation, ' '))
}

function replaceLetters(text: string, table: Record<string, string>): string {
  return Array.from(text, (letter) => table[letter] ?? letter).join('')
}
