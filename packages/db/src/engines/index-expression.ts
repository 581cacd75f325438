import { AUTHOR_MARK, spelledParts, type SearchWord, type SpelledPart } from '@prebook/core'

/** The words of a search, and whether they are looked for anywhere or only in the author. */
export type IndexedWords = { words: readonly SearchWord[]; where: 'any' | 'author' }

/** How an engine's index is asked for a word, or for words that begin with it, and how it combines them. */
export type IndexLanguage = { term: (word: string, isPrefix: boolean) => string; and: string; or: string }

/** The words of a search in the language of an engine's index. */
export function indexExpression({ words, where }: IndexedWords, { term, and, or }: IndexLanguage): string {
  const oneOf = (parts: string[]) => `(${parts.join(or)})`
  const inPlace = ({ part, isPrefix }: SpelledPart) => {
    const inAuthor = term(AUTHOR_MARK + part, isPrefix)
    return where === 'author' ? inAuthor : oneOf([term(part, isPrefix), inAuthor])
  }
  return words
    .map((word) => oneOf(spelledParts(word).map((parts) => `(${parts.map(inPlace).join(and)})`)))
    .join(and)
}
